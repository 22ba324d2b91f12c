/** What a bundle may hold. Whoever made it may have been up to anything. Sizes are in bytes. */
export interface BundleLimits {
  files: number;
  /** All files together, and the archive itself. */
  bytes: number;
  /** One file. */
  file_bytes: number;
  manifest_bytes: number;
}

/** An artifact has 65 MB at most; a manifest takes some 250 bytes for each. */
export const usualLimits: BundleLimits = {
  files: 50_000,
  bytes: 2 * 2 ** 30,
  file_bytes: 66 * 2 ** 20,
  manifest_bytes: 32 * 2 ** 20,
};

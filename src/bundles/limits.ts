/** What a bundle may contain, because anyone may have made it. Sizes are in bytes. */
export interface BundleLimits {
  files: number;
  /** All files together, and the archive itself. */
  bytes: number;
  /** One file. */
  file_bytes: number;
  manifest_bytes: number;
}

/** An artifact has at most 65 MB, and takes about 250 bytes in a manifest. */
export const usualLimits: BundleLimits = {
  files: 50_000,
  bytes: 2 * 2 ** 30,
  file_bytes: 66 * 2 ** 20,
  manifest_bytes: 32 * 2 ** 20,
};

/**
 * An error that the SDK turns into a JSON-RPC error. The SDK's own class prefixes the message with the code, as every
 * client does too.
 */
export class RequestError extends Error {
  override readonly name: string = "RequestError";
  readonly code: number;
  readonly data: unknown;

  constructor(code: number, message: string, data?: unknown) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

/** What makes the SDK answer a request with an error of JSON-RPC. Its own class puts a code before the message, and so does each client. */
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

import { field, textField } from "./field.ts";

type Handlers = Readonly<Record<string, (params: unknown) => void>>;

interface Waiting {
  resolve: (result: unknown) => void;
  reject: (error: Error) => void;
}

/** Defined by JSON-RPC. */
const methodNotFound = -32_601;

/** The client that shows this page, reached by JSON-RPC over messages as MCP Apps specifies. */
export class Host {
  readonly #waiting = new Map<number, Waiting>();
  readonly #notificationHandlers: Handlers;
  readonly #requestHandlers: Handlers;
  #lastId = 0;

  /**
   * @param notificationHandlers by method: handlers of the host's notifications
   * @param requestHandlers by method: handlers of the host's requests, which are answered with an empty result
   */
  constructor(notificationHandlers: Handlers, requestHandlers: Handlers) {
    this.#notificationHandlers = notificationHandlers;
    this.#requestHandlers = requestHandlers;
    window.addEventListener("message", ({ source, data }: MessageEvent<unknown>) => {
      if (source === window.parent) this.#take(data);
    });
  }

  request(method: string, params: object): Promise<unknown> {
    this.#lastId += 1;
    const id = this.#lastId;
    this.#send({ id, method, params });
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  notify(method: string, params: object = {}): void {
    this.#send({ method, params });
  }

  #take(message: unknown): void {
    const [id, method] = [field(message, "id"), textField(message, "method")];
    if (method === undefined) this.#settle(id, message);
    else if (id === undefined) this.#notificationHandlers[method]?.(field(message, "params"));
    else this.#answer(id, method, field(message, "params"));
  }

  #settle(id: unknown, message: unknown): void {
    if (typeof id !== "number") return;
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    const error = textField(message, "error", "message");
    if (error === undefined) waiting?.resolve(field(message, "result"));
    else waiting?.reject(new Error(error));
  }

  #answer(id: unknown, method: string, params: unknown): void {
    const handler = this.#requestHandlers[method];
    handler?.(params);
    const error = { code: methodNotFound, message: `There is no method ${method}.` };
    this.#send(handler === undefined ? { id, error } : { id, result: {} });
  }

  /** The sandbox may have any origin, and messages contain nothing that the host did not provide. */
  #send(message: object): void {
    window.parent.postMessage({ jsonrpc: "2.0", ...message }, "*");
  }
}

import http from "node:http";
import type { AddressInfo } from "node:net";
import type { SocketAddress } from "../ports/network.ts";
import { networkError } from "./network.ts";

export interface HttpRequest {
  /** Without the query. */
  readonly path: string;
  /** The Accept header; "" when there is none. */
  readonly accept: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** Null: nothing is there. */
export type HttpHandler = (request: HttpRequest) => HttpAnswer | null | Promise<HttpAnswer | null>;

const NOT_FOUND: HttpAnswer = { status: 404, contentType: "text/plain", body: "Not found\n" };
const METHOD_NOT_ALLOWED: HttpAnswer = {
  status: 405,
  contentType: "text/plain",
  body: "Only GET and HEAD are served\n",
};

/** A few pages over HTTP, to be read and not to be written to. */
export class HttpServer {
  /** The address in use, with the real port. */
  readonly address: SocketAddress;
  private readonly server: http.Server;

  private constructor(server: http.Server) {
    const { address: host, port } = server.address() as AddressInfo;
    this.address = { host, port };
    this.server = server;
  }

  /** @throws NetworkError (rejects) when the address cannot be had. */
  static listen(address: SocketAddress, handle: HttpHandler): Promise<HttpServer> {
    const server = http.createServer((request, response) => void answer(handle, request, response));
    return new Promise((resolve, reject) => {
      server.once("error", (error) => reject(networkError("listen on", address, error)));
      server.listen({ host: address.host, port: address.port }, () => resolve(new HttpServer(server)));
    });
  }

  /** Hangs up on everybody. Resolves when the port is free. */
  close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    return closed;
  }
}

async function answer(
  handle: HttpHandler,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<void> {
  const { status, contentType, body } = await answerTo(handle, request);
  response.writeHead(status, { "content-type": contentType, "content-length": Buffer.byteLength(body) });
  response.end(request.method === "HEAD" ? undefined : body);
}

async function answerTo(handle: HttpHandler, request: http.IncomingMessage): Promise<HttpAnswer> {
  const { method, url = "/", headers } = request;
  if (method !== "GET" && method !== "HEAD") return METHOD_NOT_ALLOWED;
  try {
    const path = url.split("?", 1)[0]!;
    return (await handle({ path, accept: headers.accept ?? "" })) ?? NOT_FOUND;
  } catch (error) {
    // Whoever asked is told; a page that cannot be written must not end the process.
    return { status: 500, contentType: "text/plain", body: `${String(error)}\n` };
  }
}

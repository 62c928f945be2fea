import { HttpServer, type HttpAnswer } from "../../io/http-server.ts";
import type { RunningBroker } from "../../main.ts";
import { Exposition } from "../../scrape/exposition.ts";
import type { SocketAddress } from "../../ports/network.ts";
import { VERSION } from "../version.ts";

type State = "starting" | "running" | "stopping" | "failed";

/**
 * `/metrics` for Prometheus, `/healthz` and `/readyz` for whoever runs the process. It listens before the broker
 * opens its logs, so that a long recovery looks alive and not yet ready.
 */
export class MetricsServer {
  private readonly http: HttpServer;
  private readonly pages: Pages;

  private constructor(http: HttpServer, pages: Pages) {
    this.http = http;
    this.pages = pages;
  }

  /** @throws NetworkError (rejects) when the address cannot be had. */
  static async listen(address: SocketAddress): Promise<MetricsServer> {
    const pages = new Pages();
    return new MetricsServer(
      await HttpServer.listen(address, ({ path, accept }) => pages.at(path, accept)),
      pages,
    );
  }

  get address(): SocketAddress {
    return this.http.address;
  }

  /** The broker serves clients. */
  show(broker: RunningBroker): void {
    this.pages.exposition.show({ broker: broker.node, version: VERSION });
    this.pages.state = "running";
    void broker.failed.then(() => (this.pages.state = "failed"));
  }

  /** The broker is about to stop: no new work should come its way. */
  announceStop(): void {
    if (this.pages.state === "running") this.pages.state = "stopping";
  }

  close(): Promise<void> {
    return this.http.close();
  }
}

class Pages {
  readonly exposition = new Exposition();
  state: State = "starting";

  async at(path: string, accept: string): Promise<HttpAnswer | null> {
    if (path === "/healthz") return this.answer(this.state !== "failed");
    if (path === "/readyz") return this.answer(this.state === "running");
    if (path !== "/metrics") return null;
    const { contentType, text } = await this.exposition.scrape(accept);
    return { status: 200, contentType, body: text };
  }

  private answer(isWell: boolean): HttpAnswer {
    return { status: isWell ? 200 : 503, contentType: "text/plain", body: `${this.state}\n` };
  }
}

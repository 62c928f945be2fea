import type { SeededRandom } from "../../base/seeded-random.ts";
import type { Message, RequestInput, ResponseOf } from "../../wire/kafka/schema.ts";
import { KafkaLink } from "./kafka-link.ts";
import type { Scene } from "./scene.ts";

/** A client that connects when it must. Each call takes some version that the tables have. */
export class Session {
  readonly scene: Scene;
  readonly random: SeededRandom;
  #link: KafkaLink | null = null;
  #connecting: Promise<KafkaLink> | null = null;

  constructor(scene: Scene, name: string) {
    this.scene = scene;
    this.random = scene.random.fork(name);
  }

  /** @throws LinkError or NetworkError when no answer came. */
  async call<M extends Message>(
    message: M,
    body: RequestInput<M>,
    versions: readonly [number, number] = message.versions,
  ): Promise<ResponseOf<M>> {
    const link = await this.link();
    return link.call(message, this.random.between(...versions), body);
  }

  async link(): Promise<KafkaLink> {
    if (this.#link?.isOpen === true) return this.#link;
    const { env, address } = this.scene;
    this.#connecting ??= KafkaLink.connect(env, address);
    try {
      this.#link = await this.#connecting;
    } finally {
      this.#connecting = null;
    }
    return this.#link;
  }

  close(): void {
    this.#link?.close();
    this.#link = null;
  }
}

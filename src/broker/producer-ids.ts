import { decideProducerIdBlock, type ProducerIdBlock } from "../core/cluster/allocate-producer-ids.ts";
import type { Controller } from "./controller.ts";

/** Hands out producer ids that no broker has ever handed out, from blocks of this broker's own. */
export class ProducerIds {
  private readonly controller: Controller;
  private readonly nodeId: number;
  private block: ProducerIdBlock = { first: 0, size: 0 };
  private used = 0;
  private coming: Promise<void> | null = null;

  constructor(controller: Controller, nodeId: number) {
    this.controller = controller;
    this.nodeId = nodeId;
  }

  /** @throws Error (rejects) when a new block can't be committed. */
  async next(): Promise<number> {
    while (this.used === this.block.size) {
      // All who come while a block is on its way wait for the same one.
      this.coming ??= this.takeBlock().finally(() => {
        this.coming = null;
      });
      await this.coming;
    }
    const id = this.block.first + this.used;
    this.used += 1;
    return id;
  }

  private async takeBlock(): Promise<void> {
    this.block = await this.controller.change((context) => decideProducerIdBlock(context, this.nodeId));
    this.used = 0;
  }
}

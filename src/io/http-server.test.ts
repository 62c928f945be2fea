import assert from "node:assert/strict";
import test from "node:test";
import { NetworkError } from "../ports/network.ts";
import { HttpServer, type HttpHandler } from "./http-server.ts";

const pages: HttpHandler = ({ path, accept }) => {
  if (path === "/broken") throw new Error("cannot be written");
  return path === "/page" ? { status: 200, contentType: "text/x", body: `asked for ${accept}` } : null;
};

async function withServer(use: (origin: string, server: HttpServer) => Promise<void>): Promise<void> {
  const server = await HttpServer.listen({ host: "127.0.0.1", port: 0 }, pages);
  try {
    await use(`http://127.0.0.1:${server.address.port}`, server);
  } finally {
    await server.close();
  }
}

test("a page is answered whatever its query is, and HEAD without its body", async () => {
  await withServer(async (origin) => {
    const got = await fetch(`${origin}/page?name=x`, { headers: { accept: "text/x" } });
    assert.equal(got.status, 200);
    assert.equal(got.headers.get("content-type"), "text/x");
    assert.equal(await got.text(), "asked for text/x");
    const head = await fetch(`${origin}/page`, { method: "HEAD", headers: { accept: "text/x" } });
    assert.equal(head.headers.get("content-length"), "16");
    assert.equal(await head.text(), "");
  });
});

test("what is not there, not allowed or broken is said with its status", async () => {
  await withServer(async (origin) => {
    assert.equal((await fetch(`${origin}/other`)).status, 404);
    assert.equal((await fetch(`${origin}/page`, { method: "POST" })).status, 405);
    const broken = await fetch(`${origin}/broken`);
    assert.equal(broken.status, 500);
    assert.match(await broken.text(), /cannot be written/);
  });
});

test("an address that is taken is a NetworkError with the address in it", async () => {
  await withServer(async (_, { address }) => {
    const isTaken = (error: unknown): boolean =>
      error instanceof NetworkError &&
      error.code === "EADDRINUSE" &&
      error.message.includes(String(address.port));
    await assert.rejects(HttpServer.listen(address, pages), isTaken);
  });
});

test("close() ends connections that are kept alive, and frees the port", async () => {
  const server = await HttpServer.listen({ host: "127.0.0.1", port: 0 }, pages);
  await (await fetch(`http://127.0.0.1:${server.address.port}/page`)).text();
  await server.close();
  const next = await HttpServer.listen(server.address, pages);
  await next.close();
});

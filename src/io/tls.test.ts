import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer as createPlainServer, type AddressInfo, type Server } from "node:net";
import { test } from "node:test";
import { createServer } from "node:tls";
import { certificate, privateKey } from "../../test/support/tls/certificate.ts";
import type { SocketAddress } from "../ports/network.ts";
import { realNetwork, type TlsOptions } from "./network.ts";

async function listening(server: Server): Promise<SocketAddress> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { host: "127.0.0.1", port: (server.address() as AddressInfo).port };
}

function echoServer(): Server {
  return createServer({ cert: certificate, key: privateKey }, (socket) => void socket.pipe(socket));
}

async function connect(address: SocketAddress, tls: TlsOptions) {
  return await realNetwork({ tls }).connect(address, AbortSignal.timeout(5_000));
}

test("what goes over TLS comes back, small writes of one turn and large ones alike", async () => {
  const server = echoServer();
  const connection = await connect(await listening(server), { ca: certificate });
  const sent = [Buffer.from("small"), Buffer.alloc(300_000, "x"), Buffer.from("end")];
  const received: Buffer[] = [];
  const all = new Promise<void>((resolve) =>
    connection.start({
      onData(chunk) {
        received.push(chunk);
        if (Buffer.concat(received).length === 300_008) resolve();
      },
      onDrain() {},
      onClose() {},
    }),
  );
  for (const buffer of sent) connection.write([buffer]);
  await all;
  assert.deepEqual(Buffer.concat(received), Buffer.concat(sent));
  connection.destroy();
  server.close();
});

test("a certificate that nobody vouches for, and a port without TLS, are refused with their reasons", async () => {
  const server = echoServer();
  await assert.rejects(connect(await listening(server), {}), {
    name: "NetworkError",
    code: "DEPTH_ZERO_SELF_SIGNED_CERT",
  });
  server.close();
  const plain = createPlainServer((socket) => void socket.end("this is no handshake"));
  await assert.rejects(connect(await listening(plain), { ca: certificate }), {
    name: "NetworkError",
    code: /^(ERR_SSL|ECONNRESET)/,
  });
  plain.close();
});

import {
  ApiVersions,
  Metadata,
  SaslAuthenticate,
  SaslHandshake,
} from "../../../src/wire/kafka/messages/index.ts";
import { requestFrame, RawConnection } from "../../support/raw-connection.ts";
import { versionsOf, type Probe, type Section } from "../probe.ts";

const software: ReadonlyArray<readonly [version: number, name: string, number: string]> = [
  [3, "ab", "1.0"],
  [3, "", "1.0"],
  [3, "a b", "1.0"],
  [3, "-a", "1.0"],
  [3, "a.", "1.0"],
  [3, "a_b", "1.0"],
  [3, "a.b-c", "1.0+x"],
  [3, "ab", ""],
  [4, "@x", "1.0"],
];

/** A request of a version that the broker lacks: the version is patched into one of version 4. */
function unknownVersion(version: number): Buffer {
  const bytes = requestFrame(ApiVersions, 4, { clientSoftwareName: "probe", clientSoftwareVersion: "1" });
  bytes.writeInt16BE(version, 6);
  return bytes;
}

async function usableAfterRefusal(probe: Probe): Promise<void> {
  const connection = await RawConnection.open(probe.address);
  connection.write(unknownVersion(127));
  await connection.frame();
  const answer = await connection.ask(Metadata, 4, { topics: [], allowAutoTopicCreation: false });
  probe.note("Metadata on the connection where a version was refused", "bytes", answer.brokers.length);
  connection.close();
}

export const apiVersions: Section = {
  name: "api-versions",
  async run(probe) {
    const name = { clientSoftwareName: "probe", clientSoftwareVersion: "1.0" };
    for (const version of versionsOf(ApiVersions)) {
      await probe.ask("the list of APIs", ApiVersions, version, name);
    }
    for (const [version, clientSoftwareName, clientSoftwareVersion] of software) {
      const request = { clientSoftwareName, clientSoftwareVersion };
      await probe.ask(
        `software "${clientSoftwareName}" "${clientSoftwareVersion}"`,
        ApiVersions,
        version,
        request,
      );
    }
    for (const version of [99, 127, -1]) {
      await probe.bytes(`version ${version}`, unknownVersion(version), [ApiVersions, 0]);
    }
    await usableAfterRefusal(probe);
    for (const version of versionsOf(SaslHandshake)) {
      await probe.ask("SASL on a plain listener", SaslHandshake, version, { mechanism: "PLAIN" });
    }
    for (const version of versionsOf(SaslAuthenticate)) {
      await probe.ask("SASL on a plain listener", SaslAuthenticate, version, { authBytes: Buffer.from("x") });
    }
  },
};

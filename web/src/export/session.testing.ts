import type { Session } from "../api/client";

/** A session with a value in every column. */
export function session(no: number, part: Partial<Session> = {}): Session {
  return {
    id: `01KAQ${String(no).padStart(21, "0")}`,
    no,
    actionAt: new Date(Date.UTC(2026, 10, 30) - no * 60_000).toISOString(),
    name: "Kim Minji",
    email: "minji.kim@example.test",
    role: "SRE",
    account: "ubuntu",
    serverName: "web-01",
    serverOs: "ETC",
    serverOsRaw: "IOS-XE",
    host: "10.2.3.4",
    port: 22,
    protocol: "SSH",
    protocolRaw: "",
    clientIp: "192.0.2.7",
    clientName: "SSH-2.0-OpenSSH_9.6",
    connectedFrom: "Proxy",
    connectedFromRaw: "",
    state: "ready",
    reason: "",
    durationMs: 90_000,
    sizeBytes: 14_850,
    sessionRecord: "ubuntu_20261123_150405",
    ...part,
  };
}

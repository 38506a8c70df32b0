// A line between the browser and the inbox that can be cut, frozen, or refuse sockets.
import { connect, createServer, type Server, type Socket } from "node:net";

export class Line {
  base = "";
  /** Whether requests for a socket are answered 502, as some proxies do. */
  refusesSockets = false;
  private server?: Server;
  private pairs = new Set<[Socket, Socket]>();
  private frozen = new Set<Socket>();

  async open(target: string) {
    const { hostname, port } = new URL(target);
    this.server = createServer((client) => {
      const server = connect(Number(port), hostname);
      const pair: [Socket, Socket] = [client, server];
      this.pairs.add(pair);
      const end = () => { this.pairs.delete(pair); client.destroy(); server.destroy(); };
      for (const socket of pair) socket.on("error", end).on("close", end).setNoDelay(true);
      client.on("data", (bytes) => {
        if (this.frozen.has(client)) return;
        if (this.refusesSockets && /upgrade: websocket/i.test(bytes.toString("latin1"))) {
          client.end("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        } else server.write(bytes);
      });
      server.on("data", (bytes) => { if (!this.frozen.has(client)) client.write(bytes); });
    });
    await new Promise<void>((done) => this.server!.listen(0, "127.0.0.1", done));
    this.base = `http://127.0.0.1:${(this.server!.address() as { port: number }).port}`;
  }

  /** Breaks everything that is open. */
  cut() {
    for (const [client, server] of this.pairs) { client.destroy(); server.destroy(); }
  }

  /** What is open stays open and carries nothing more, as after a laptop's sleep. New connections work. */
  freeze() {
    for (const [client] of this.pairs) this.frozen.add(client);
  }

  close() {
    this.cut();
    this.server?.close();
  }
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../src/shared/project-root.ts";

/** What the bench uses of npm `bpmn-server` 2.3.8. */
export interface Peer {
  Configuration: new (options: object) => object;
  BPMNServer: new (configuration: object, logger: object, options: object) => { engine: PeerEngine };
  Logger: new (options: object) => object;
  CacheManager: new (server: object) => object;
  NoCacheManager: new (server: object) => object;
  ScriptHandler: new () => object;
  DefaultAppDelegate: new (server: object) => object;
  ModelsDatastore: new (server: object) => object;
}

interface PeerEngine {
  start(name: string, data: object): Promise<PeerExecution>;
  invoke(query: object, data: object): Promise<PeerExecution>;
}

interface PeerExecution {
  instance: PeerInstance;
}

interface PeerInstance {
  id: string;
  status: string;
  items: { id: string; elementId: string; status: string }[];
}

/**
 * The shipped declaration process, with only the peer's own notation put in for what is engine's notation in any
 * BPMN file: expressions, names of services, and a service where ours asks a rule pack.
 */
function declarationForPeer(): string {
  const shipped = readFileSync(join(projectRoot(), "bpmn", "declaration.bpmn"), "utf8");
  return shipped
    .replace("<bpmn:businessRuleTask", '<bpmn:serviceTask implementation="answer"')
    .replace("</bpmn:businessRuleTask>", "</bpmn:serviceTask>")
    .replaceAll(/implementation="\$\{[^}]*\}"/g, 'implementation="answer"')
    .replace("${environment.variables.route}", "$(this.data.route)")
    .replace("${content.output.reject}", "$(this.data.rejected === true)")
    .replace("${environment.output.review.approve}", "(this.data.rejected !== true)")
    .replace("${environment.output.resubmit.resubmit}", "(this.data.resubmitted === true)");
}

/** A store that writes nothing: it hands back the very objects that the engine saved. */
function stubbedStore() {
  const instances = new Map<string, PeerInstance>();
  const found = (query: Record<string, string>) => instances.get(query["id"] ?? "");
  return {
    instances,
    locker: { lock: async () => true, release: async () => undefined },
    enableSavePoints: false,
    async save(instance: PeerInstance) {
      instances.set(instance.id, instance);
    },
    async saveInstance(instance: PeerInstance) {
      instances.set(instance.id, instance);
    },
    async loadInstance(instanceId: string) {
      const instance = instances.get(instanceId);
      return { instance, items: instance?.items ?? [] };
    },
    async findInstance(query: Record<string, string>) {
      return found(query);
    },
    async findInstances(query: Record<string, string>) {
      return [found(query)].filter(Boolean);
    },
    async findItems(query: Record<string, string>) {
      const instance = found(query);
      const waiting = instance?.items.filter(
        (item) => item.elementId === query["items.elementId"] && item.status === "wait",
      );
      return (waiting ?? []).map((item) => ({ ...item, instanceId: instance?.id }));
    },
  };
}

/**
 * Starts the peer with everything around its engine stubbed, and hands back one life of three approvals. As it comes,
 * it restores an instance for each step, which is what several nodes on one database need; with `keepLive` it keeps
 * live instances in memory instead.
 */
export async function peerLives(
  peer: Peer,
  { keepLive }: { keepLive: boolean },
): Promise<() => Promise<void>> {
  const store = stubbedStore();
  const { log } = console;
  // It prints its configuration and every warning.
  console.log = () => undefined;
  const quiet = new peer.Logger({ toConsole: false });
  const configuration = new peer.Configuration({
    definitionsPath: "/",
    timers: { forceTimersDelay: null, precision: 3000 },
    database: {},
    logger: () => quiet,
    definitions: (server: object) => definitionsOf(peer, server),
    appDelegate: (server: object) => {
      const delegate = new peer.DefaultAppDelegate(server);
      return Object.assign(delegate, { startUp: () => undefined, servicesProvider: { answer: () => ({}) } });
    },
    dataStore: () => store,
    cacheManager: (server: object) => new (keepLive ? peer.CacheManager : peer.NoCacheManager)(server),
    scriptHandler: () => new peer.ScriptHandler(),
  });
  const { engine } = new peer.BPMNServer(configuration, quiet, { cron: false });
  const life = async () => {
    const { instance } = await engine.start("declaration", { route: [0, 1, 2] });
    for (let decision = 0; decision < 3; decision += 1)
      await engine.invoke({ id: instance.id, "items.elementId": "review" }, { outcome: "approve" });
    const ended = store.instances.get(instance.id);
    if (ended?.status !== "end" || !ended.items.some(({ elementId }) => elementId === "credited"))
      throw new Error(`the peer's life did not end: ${ended?.status}`);
    store.instances.delete(instance.id);
  };
  try {
    for (let warm = 0; warm < 20; warm += 1) await life();
  } finally {
    console.log = log;
  }
  return life;
}

function definitionsOf(peer: Peer, server: object): object {
  const xml = declarationForPeer();
  return Object.assign(new peer.ModelsDatastore(server), {
    getSource: async () => xml,
    getSVG: async () => null,
  });
}

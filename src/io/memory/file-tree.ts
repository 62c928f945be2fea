import type { SeededRandom } from "../../base/seeded-random.ts";
import { DiskError } from "../../ports/disk.ts";
import { DirectoryNode, type Fate, type FileNode, type Node } from "./inode.ts";

/** One change of names. A rename is one change of two: it happens whole or not at all. */
interface NameChange {
  readonly directories: readonly DirectoryNode[];
  apply(): void;
}

/**
 * The names of a file system in memory. Changes show at once; they become durable, in their order within a
 * directory, when the directory is synced, and until then a crash keeps or loses each of them.
 */
export class FileTree {
  readonly root: DirectoryNode;
  #pending: NameChange[] = [];

  constructor(root = new DirectoryNode()) {
    this.root = root;
  }

  find(path: string): Node | null {
    let node: Node = this.root;
    for (const name of namesOf(path)) {
      if (node.kind !== "directory") return null;
      const next = node.entries.get(name);
      if (next === undefined) return null;
      node = next;
    }
    return node;
  }

  directory(path: string, action: string): DirectoryNode {
    const node = this.find(path);
    if (node === null) throw new DiskError(action, path, "ENOENT");
    if (node.kind !== "directory") throw new DiskError(action, path, "ENOTDIR");
    return node;
  }

  link(path: string, node: Node, action: string): void {
    const { parent, name } = this.#locate(path, action);
    parent.entries.set(name, node);
    this.#pending.push({ directories: [parent], apply: () => void parent.durableEntries.set(name, node) });
  }

  unlink(path: string, action: string): void {
    const { parent, name } = this.#locate(path, action);
    parent.entries.delete(name);
    this.#pending.push({ directories: [parent], apply: () => void parent.durableEntries.delete(name) });
  }

  rename(from: string, to: string): void {
    const source = this.#locate(from, "rename");
    const target = this.#locate(to, "rename");
    const node = source.parent.entries.get(source.name);
    if (node === undefined) throw new DiskError("rename", from, "ENOENT");
    const replaced = target.parent.entries.get(target.name);
    if (replaced?.kind === "directory" && replaced.entries.size > 0) {
      throw new DiskError("rename", to, "ENOTEMPTY");
    }
    source.parent.entries.delete(source.name);
    target.parent.entries.set(target.name, node);
    this.#pending.push({
      directories: [target.parent],
      apply() {
        // Deleting by identity: an older change of the same name may be applied after a newer one was synced.
        if (source.parent.durableEntries.get(source.name) === node) {
          source.parent.durableEntries.delete(source.name);
        }
        target.parent.durableEntries.set(target.name, node);
      },
    });
  }

  makeDirectory(path: string): void {
    let node = this.root;
    let at = "";
    for (const name of namesOf(path)) {
      at += `/${name}`;
      const next = node.entries.get(name);
      if (next?.kind === "file") throw new DiskError("create directory", path, "EEXIST");
      if (next === undefined) {
        const made = new DirectoryNode();
        this.link(at, made, "create directory");
        node = made;
      } else node = next;
    }
  }

  removeDirectory(path: string): void {
    const node = this.find(path);
    if (node === null) return;
    if (node.kind === "directory") {
      for (const [name, child] of node.entries) {
        const childPath = `${path}/${name}`;
        if (child.kind === "directory") this.removeDirectory(childPath);
        else this.unlink(childPath, "remove directory");
      }
    }
    this.unlink(path, "remove directory");
  }

  /** How many changes of names wait for a sync of this directory. */
  pendingIn(directory: DirectoryNode): NameChange[] {
    return this.#pending.filter((change) => change.directories.includes(directory));
  }

  /** These changes are on the device now. */
  promote(changes: readonly NameChange[]): void {
    const promoted = new Set(changes);
    this.#pending = this.#pending.filter((change) => {
      if (promoted.has(change)) change.apply();
      return !promoted.has(change);
    });
  }

  /** A sync of the directory failed: each of its changes is on the device or will never be. */
  abandon(changes: readonly NameChange[], random: SeededRandom): void {
    const abandoned = new Set(changes);
    this.#pending = this.#pending.filter((change) => {
      if (abandoned.has(change) && random.chance(0.5)) change.apply();
      return !abandoned.has(change);
    });
  }

  /** The power is cut; what is left is what the device has. */
  crash(random: SeededRandom, fateOf: () => Fate): void {
    for (const change of this.#pending) if (fateOf() === "keep") change.apply();
    this.#pending = [];
    crashNode(this.root, random, fateOf);
  }

  /** Another tree with the same files, all durable: as programs see them, or as a power cut would leave them. */
  fork(kept: "cached" | "durable"): FileTree {
    return new FileTree(forkDirectory(this.root, kept));
  }

  *files(): Iterable<[path: string, file: FileNode]> {
    yield* filesUnder(this.root, "");
  }

  #locate(path: string, action: string): { parent: DirectoryNode; name: string } {
    const names = namesOf(path);
    const name = names.pop();
    if (name === undefined) throw new DiskError(action, path, "EINVAL");
    return { parent: this.directory(`/${names.join("/")}`, action), name };
  }
}

function crashNode(node: Node, random: SeededRandom, fateOf: () => Fate): void {
  if (node.kind === "file") {
    node.crash(random, fateOf);
    return;
  }
  node.entries.clear();
  for (const [name, child] of node.durableEntries) {
    node.entries.set(name, child);
    crashNode(child, random, fateOf);
  }
}

function forkDirectory(directory: DirectoryNode, kept: "cached" | "durable"): DirectoryNode {
  const copy = new DirectoryNode();
  for (const [name, child] of kept === "cached" ? directory.entries : directory.durableEntries) {
    const forked = child.kind === "file" ? child.fork(kept) : forkDirectory(child, kept);
    copy.entries.set(name, forked);
    copy.durableEntries.set(name, forked);
  }
  return copy;
}

function* filesUnder(directory: DirectoryNode, path: string): Iterable<[string, FileNode]> {
  for (const [name, node] of directory.entries) {
    if (node.kind === "file") yield [`${path}/${name}`, node];
    else yield* filesUnder(node, `${path}/${name}`);
  }
}

export function namesOf(path: string): string[] {
  return path.split(/[/\\]/).filter((name) => name !== "" && name !== ".");
}

import { createHash } from 'node:crypto';

/** The Merkle tree of RFC 6962, clause 2.1, over SHA-256. Indexes count from 0: an ordinal's index is ordinal - 1. */

export type MerkleHash = Buffer;

/** SHA-256(0x00, leaf); text is taken as UTF-8. */
export function leafHash(leaf: Buffer | string): MerkleHash {
  return createHash('sha256').update(LEAF_PREFIX).update(leaf).digest();
}

/** SHA-256(0x01, left, right). */
export function nodeHash(left: MerkleHash, right: MerkleHash): MerkleHash {
  return createHash('sha256').update(NODE_PREFIX).update(left).update(right).digest();
}

const LEAF_PREFIX = Buffer.from([0]);
const NODE_PREFIX = Buffer.from([1]);
const HASH_BYTES = 32;

/** A tree that only grows and keeps only what growing needs: the roots of its full subtrees, log2(size) at most. */
export class MerkleTree {
  #size = 0;
  /** Widest first; their widths are the ones of the size in binary. */
  readonly #full: MerkleHash[] = [];

  get size(): number {
    return this.#size;
  }

  append(leaf: Buffer | string): void {
    this.appendHash(leafHash(leaf));
  }

  /** `hash`: of a leaf, or the root of a full subtree of `width` leaves: a power of two by which the size can be divided. */
  appendHash(hash: MerkleHash, width = 1): void {
    if (this.#size % width !== 0) throw new RangeError(`no subtree of ${width} leaves follows ${this.#size}`);
    let node = hash;
    // Each trailing one of the size is a full subtree as wide as the node: they join, as when one is carried.
    const before = this.#size / width;
    for (let carry = before; carry % 2 === 1; carry = (carry - 1) / 2) node = nodeHash(this.#full.pop()!, node);
    this.#full.push(node);
    this.#size += width;
  }

  /** Root at the present size; of no leaves it is SHA-256 of nothing. */
  root(): MerkleHash {
    if (this.#size === 0) return createHash('sha256').digest();
    return this.#full.reduceRight((right, left) => nodeHash(left, right));
  }
}

/** Root over leaves, MTH(D[n]). */
export function rootOf(leaves: Iterable<Buffer | string>): MerkleHash {
  const tree = new MerkleTree();
  for (const leaf of leaves) tree.append(leaf);
  return tree.root();
}

// ── Proofs ──

/** The leaf hash at an index. */
export type HashAt = (index: number) => MerkleHash;

/** PATH(index, D[size]), clause 2.1.1, lowest first. Reads every leaf's hash. */
export function inclusionProof(hashAt: HashAt, index: number, size: number): MerkleHash[] {
  if (!isCount(index) || !isCount(size) || index >= size) throw new RangeError(`no leaf ${index} in a tree of ${size}`);
  return path(0, size);

  function path(from: number, to: number): MerkleHash[] {
    if (to - from === 1) return [];
    const middle = from + split(to - from);
    return index < middle
      ? [...path(from, middle), rootBetween(hashAt, middle, to)]
      : [...path(middle, to), rootBetween(hashAt, from, middle)];
  }
}

export interface Inclusion {
  index: number;
  size: number;
  leafHash: MerkleHash;
  root: MerkleHash;
}

/** Does the proof lead from the leaf to the root? Never throws for a proof that is wrong in any way. */
export function verifyInclusion(claim: Inclusion, proof: readonly MerkleHash[]): boolean {
  if (!isCount(claim.index) || !isCount(claim.size) || claim.index >= claim.size) return false;
  if (!areHashes([claim.leafHash, ...proof])) return false;
  return climb(claim.index, claim.size, proof.length)?.equals(claim.root) ?? false;

  /** The root of a subtree, from the proof's first `length` hashes: PATH read backwards. */
  function climb(index: number, size: number, length: number): MerkleHash | undefined {
    if (size === 1) return length === 0 ? claim.leafHash : undefined;
    if (length === 0) return undefined;
    const width = split(size);
    const sibling = proof[length - 1]!;
    const isLeft = index < width;
    const own = isLeft ? climb(index, width, length - 1) : climb(index - width, size - width, length - 1);
    return own && (isLeft ? nodeHash(own, sibling) : nodeHash(sibling, own));
  }
}

/** PROOF(size1, D[size2]), clause 2.1.2, for 0 < size1 <= size2. Reads every leaf's hash. */
export function consistencyProof(hashAt: HashAt, size1: number, size2: number): MerkleHash[] {
  if (!isCount(size1) || !isCount(size2) || size1 === 0 || size1 > size2) {
    throw new RangeError(`a tree of ${size2} leaves does not grow out of one of ${size1}`);
  }
  return subproof(0, size2, true);

  function subproof(from: number, to: number, isWholeOld: boolean): MerkleHash[] {
    if (size1 === to) return isWholeOld ? [] : [rootBetween(hashAt, from, to)];
    const middle = from + split(to - from);
    return size1 <= middle
      ? [...subproof(from, middle, isWholeOld), rootBetween(hashAt, middle, to)]
      : [...subproof(middle, to, false), rootBetween(hashAt, from, middle)];
  }
}

export interface Consistency {
  size1: number;
  size2: number;
  root1: MerkleHash;
  root2: MerkleHash;
}

/**
 * Is the tree of size2 the tree of size1 with leaves added? Never throws for a proof that is wrong in any way. False for
 * size1 = 0: of an empty tree a proof shows nothing.
 */
export function verifyConsistency(claim: Consistency, proof: readonly MerkleHash[]): boolean {
  const { size1, size2, root1, root2 } = claim;
  if (!isCount(size1) || !isCount(size2) || size1 === 0 || size1 > size2 || !areHashes(proof)) return false;
  const roots = climb(size1, size2, true, proof.length);
  return roots !== undefined && roots.before.equals(root1) && roots.after.equals(root2);

  /** Old and new root of a subtree, from the proof's first `length` hashes: SUBPROOF read backwards. */
  function climb(old: number, size: number, isWholeOld: boolean, length: number): Roots | undefined {
    if (old === size) {
      if (length !== (isWholeOld ? 0 : 1)) return undefined;
      const root = isWholeOld ? root1 : proof[0]!;
      return { before: root, after: root };
    }
    if (length === 0) return undefined;
    const width = split(size);
    const sibling = proof[length - 1]!;
    if (old <= width) {
      const left = climb(old, width, isWholeOld, length - 1);
      return left && { before: left.before, after: nodeHash(left.after, sibling) };
    }
    const right = climb(old - width, size - width, false, length - 1);
    return right && { before: nodeHash(sibling, right.before), after: nodeHash(sibling, right.after) };
  }
}

interface Roots {
  before: MerkleHash;
  after: MerkleHash;
}

/** Largest power of two below the size (clause 2.1's k). Bit operators would stop at 2^31. */
function split(size: number): number {
  let width = 1;
  while (width * 2 < size) width *= 2;
  return width;
}

function rootBetween(hashAt: HashAt, from: number, to: number): MerkleHash {
  const tree = new MerkleTree();
  for (let index = from; index < to; index++) tree.appendHash(hashAt(index));
  return tree.root();
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

/** Other lengths would let bytes move between the two halves of a node. */
function areHashes(hashes: readonly MerkleHash[]): boolean {
  return hashes.every((hash) => hash.length === HASH_BYTES);
}

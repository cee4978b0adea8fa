import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import {
  consistencyProof,
  inclusionProof,
  leafHash,
  MerkleTree,
  nodeHash,
  rootOf,
  verifyConsistency,
  verifyInclusion,
} from './merkle.js';

const VECTORS = join(import.meta.dirname, '../../../test/vectors/rfc6962');

interface InclusionVector {
  leafIdx: number;
  treeSize: number;
  root: string;
  leafHash: string;
  proof: string[] | null;
  wantErr: boolean;
}

interface ConsistencyVector {
  size1: number;
  size2: number;
  root1: string;
  root2: string;
  proof: string[] | null;
  wantErr: boolean;
}

function vectorsOf<Vector>(kind: 'inclusion' | 'consistency'): [name: string, vector: Vector][] {
  return readdirSync(join(VECTORS, kind), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((file) => [relative(VECTORS, file), JSON.parse(readFileSync(file, 'utf8'))]);
}

const bytes = (base64: string) => Buffer.from(base64, 'base64');

describe('RFC 6962 vectors', () => {
  const inclusion = vectorsOf<InclusionVector>('inclusion');
  const consistency = vectorsOf<ConsistencyVector>('consistency');

  test('all are there, good ones among them', () => {
    expect(inclusion).toHaveLength(98);
    expect(consistency).toHaveLength(98);
    expect(inclusion.filter(([, vector]) => !vector.wantErr)).toHaveLength(6);
    expect(consistency.filter(([, vector]) => !vector.wantErr)).toHaveLength(6);
  });

  test.each(inclusion)('%s', (_name, { leafIdx, treeSize, root, leafHash, proof, wantErr }) => {
    const claim = { index: leafIdx, size: treeSize, leafHash: bytes(leafHash), root: bytes(root) };
    expect(verifyInclusion(claim, (proof ?? []).map(bytes))).toBe(!wantErr);
  });

  test.each(consistency)('%s', (_name, { size1, size2, root1, root2, proof, wantErr }) => {
    const claim = { size1, size2, root1: bytes(root1), root2: bytes(root2) };
    expect(verifyConsistency(claim, (proof ?? []).map(bytes))).toBe(!wantErr);
  });

  // The vectors' tree: the leaves that Certificate Transparency's own tests have always used.
  const leaves = [
    '',
    '00',
    '10',
    '2021',
    '3031',
    '40414243',
    '5051525354555657',
    '606162636465666768696a6b6c6d6e6f',
  ].map((hex) => Buffer.from(hex, 'hex'));
  const hashAt = (index: number) => leafHash(leaves[index]!);

  test.each(consistency.filter(([, vector]) => !vector.wantErr && vector.size2 > 1))(
    'roots and proof of %s are ours',
    (_name, { size1, size2, root1, root2, proof }) => {
      expect(rootOf(leaves.slice(0, size1))).toEqual(bytes(root1));
      expect(rootOf(leaves.slice(0, size2))).toEqual(bytes(root2));
      expect(consistencyProof(hashAt, size1, size2)).toEqual(proof!.map(bytes));
    },
  );

  test.each(inclusion.filter(([name, vector]) => !vector.wantErr && !name.includes('single-entry')))(
    'root and proof of %s are ours',
    (_name, vector) => {
      expect(rootOf(leaves.slice(0, vector.treeSize))).toEqual(bytes(vector.root));
      expect(inclusionProof(hashAt, vector.leafIdx, vector.treeSize)).toEqual((vector.proof ?? []).map(bytes));
    },
  );

  test('the root of no leaves is SHA-256 of nothing', () => {
    expect(rootOf([]).toString('hex')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });
});

// ── Trees of any shape ──

/** MTH(D[n]) as clause 2.1 defines it, with no thought of speed. */
function slowRoot(leaves: readonly string[]): Buffer {
  const sha256 = (...parts: (Buffer | string)[]) =>
    parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
  if (leaves.length === 0) return sha256();
  if (leaves.length === 1) return sha256('\x00', leaves[0]!);
  let middle = 1;
  while (middle * 2 < leaves.length) middle *= 2;
  return sha256('\x01', slowRoot(leaves.slice(0, middle)), slowRoot(leaves.slice(middle)));
}

const someLeaves = fc.array(fc.string(), { minLength: 1, maxLength: 70 });

/** A tree, and two numbers 0 <= first < second <= size. */
const grownTree = someLeaves.chain((leaves) =>
  fc.tuple(fc.constant(leaves), fc.nat(leaves.length - 1)).chain(([, first]) =>
    fc.record({
      leaves: fc.constant(leaves),
      first: fc.constant(first),
      second: fc.integer({ min: first + 1, max: leaves.length }),
    }),
  ),
);

/** Every way to flip one bit of one hash of a proof would be too many: one bit of each. */
function spoilt(proof: readonly Buffer[], bit: number): Buffer[][] {
  return proof.map((hash, at) => proof.toSpliced(at, 1, flipped(hash, bit)));
}

function flipped(hash: Buffer, bit: number): Buffer {
  const copy = Buffer.from(hash);
  copy[bit >> 3]! ^= 1 << (bit & 7);
  return copy;
}

describe('trees', () => {
  test('a tree that grows has at every size the root that the RFC defines', () => {
    fc.assert(
      fc.property(someLeaves, (leaves) => {
        const tree = new MerkleTree();
        for (const [index, leaf] of leaves.entries()) {
          tree.append(leaf);
          expect(tree.size).toBe(index + 1);
          expect(tree.root()).toEqual(slowRoot(leaves.slice(0, index + 1)));
        }
      }),
      { numRuns: 25 },
    );
  });

  test('a tree that takes full subtrees whole is the tree of their leaves', () => {
    fc.assert(
      fc.property(someLeaves, fc.integer({ min: 0, max: 4 }), (leaves, power) => {
        const width = 2 ** power;
        const tree = new MerkleTree();
        while (tree.size + width <= leaves.length) {
          tree.appendHash(rootOf(leaves.slice(tree.size, tree.size + width)), width);
        }
        for (const leaf of leaves.slice(tree.size)) tree.append(leaf);
        expect(tree.root()).toEqual(rootOf(leaves));
      }),
    );
    const odd = new MerkleTree();
    odd.append('a');
    expect(() => odd.appendHash(leafHash('b'), 2)).toThrow(RangeError);
  });

  test('text is taken as UTF-8, and leaves are not nodes', () => {
    expect(leafHash('Київ')).toEqual(leafHash(Buffer.from('Київ', 'utf8')));
    const [left, right] = [leafHash('a'), leafHash('b')];
    expect(nodeHash(left, right)).not.toEqual(leafHash(Buffer.concat([left, right])));
  });

  test('every leaf is proved to be in, and nothing else', () => {
    fc.assert(
      fc.property(grownTree, fc.nat(255), ({ leaves, first: index, second: size }, bit) => {
        const proof = inclusionProof((at) => leafHash(leaves[at]!), index, size);
        const claim = { index, size, leafHash: leafHash(leaves[index]!), root: rootOf(leaves.slice(0, size)) };
        expect(verifyInclusion(claim, proof)).toBe(true);

        for (const bad of spoilt(proof, bit)) expect(verifyInclusion(claim, bad)).toBe(false);
        expect(verifyInclusion({ ...claim, leafHash: flipped(claim.leafHash, bit) }, proof)).toBe(false);
        expect(verifyInclusion({ ...claim, root: flipped(claim.root, bit) }, proof)).toBe(false);
        expect(verifyInclusion(claim, [...proof, claim.root])).toBe(false);
        if (proof.length > 0) expect(verifyInclusion(claim, proof.slice(0, -1))).toBe(false);
      }),
    );
  });

  test('every tree is proved to have grown out of a smaller one, and nothing else', () => {
    fc.assert(
      fc.property(grownTree, fc.nat(255), ({ leaves, first, second: size2 }, bit) => {
        const size1 = first + 1;
        const proof = consistencyProof((at) => leafHash(leaves[at]!), size1, size2);
        const claim = { size1, size2, root1: rootOf(leaves.slice(0, size1)), root2: rootOf(leaves.slice(0, size2)) };
        expect(verifyConsistency(claim, proof)).toBe(true);

        for (const bad of spoilt(proof, bit)) expect(verifyConsistency(claim, bad)).toBe(false);
        expect(verifyConsistency({ ...claim, root1: flipped(claim.root1, bit) }, proof)).toBe(false);
        expect(verifyConsistency({ ...claim, root2: flipped(claim.root2, bit) }, proof)).toBe(false);
        expect(verifyConsistency(claim, [...proof, claim.root2])).toBe(false);
        if (proof.length > 0) expect(verifyConsistency(claim, proof.slice(0, -1))).toBe(false);
      }),
    );
  });

  test('bytes do not move between the halves of a node', () => {
    const [left, right] = [leafHash('a'), leafHash('b')];
    const claim = { index: 0, size: 2, leafHash: left, root: nodeHash(left, right) };
    const longer = { ...claim, leafHash: Buffer.concat([left, right.subarray(0, 1)]) };
    expect(verifyInclusion(claim, [right])).toBe(true);
    expect(verifyInclusion(longer, [right.subarray(1)])).toBe(false);

    const growth = { size1: 1, size2: 2, root1: left, root2: nodeHash(left, right) };
    const shorter = { ...growth, root1: left.subarray(0, 31) };
    expect(verifyConsistency(growth, [right])).toBe(true);
    expect(verifyConsistency(shorter, [Buffer.concat([left.subarray(31), right])])).toBe(false);
  });

  test('a claim about no tree is refused', () => {
    const hash = leafHash('a');
    for (const [index, size] of [
      [1, 1],
      [-1, 1],
      [0.5, 1],
      [NaN, 1],
      [0, Infinity],
    ] as const) {
      expect(verifyInclusion({ index, size, leafHash: hash, root: hash }, [])).toBe(false);
      expect(() => inclusionProof(() => hash, index, size)).toThrow(RangeError);
    }
    for (const [size1, size2] of [
      [0, 0],
      [0, 1],
      [2, 1],
      [0.5, 1],
      [1, NaN],
    ] as const) {
      expect(verifyConsistency({ size1, size2, root1: hash, root2: hash }, [])).toBe(false);
      expect(() => consistencyProof(() => hash, size1, size2)).toThrow(RangeError);
    }
  });
});

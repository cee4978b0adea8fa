import { describe, expect, test } from '@jest/globals';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, ValidateNested } from 'class-validator';
import { HasReason, IsCount, IsId, IsOccurrence, IsTitle, MayHaveReason, Optional, type Reason } from '#event-sourcing';
import { Problem } from './problem.js';
import { kebab, readCommand } from './validation.js';

class Part {
  @IsTitle() name!: string;
}
class Facts {
  @IsTitle() title!: string;
}
class RecordSomething extends Facts {
  @IsId() id!: string;
  @Optional() @IsOccurrence() occurredOn?: string;
  @Optional() @IsCount() count?: number;
  @Optional() @IsArray() @ArrayMaxSize(2) @ValidateNested({ each: true }) @Type(() => Part) parts?: Part[];
  @MayHaveReason() reason?: Reason;
}
class VoidSomething {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

const id = '018f3f5e-0000-7000-8000-00000000a001';
const faults = (body: unknown, of: typeof RecordSomething | typeof VoidSomething = RecordSomething) => {
  try {
    readCommand(of, body, { ofPath: id });
    return [];
  } catch (fault) {
    return (fault as Problem).errors.map(({ pointer, code }) => `${pointer} ${code}`);
  }
};

describe('a body becomes a command', () => {
  test('an instance of its class, parts included, with the id of the path', () => {
    const command = readCommand(RecordSomething, { title: 'x', parts: [{ name: 'y' }] }, { ofPath: id });
    expect(command).toBeInstanceOf(RecordSomething);
    expect((command as RecordSomething).parts?.[0]).toBeInstanceOf(Part);
    expect(command).toEqual({ id, title: 'x', parts: [{ name: 'y' }] });
  });
  test('no body is an empty one', () => expect(faults(undefined)).toEqual(['/title missing']));
  test('its own id may be that of the path', () => expect(faults({ id, title: 'x' })).toEqual([]));
  test('or not', () => expect(faults({ id: id.replace('a', 'b'), title: 'x' })).toEqual(['/id id-differs']));
  test('a creation has its own id, or one that follows from the key', () => {
    expect(readCommand(RecordSomething, { title: 'x', id }, { otherwise: 'other' }).id).toBe(id);
    expect(readCommand(RecordSomething, { title: 'x' }, { otherwise: id }).id).toBe(id);
  });
});

describe('what is refused', () => {
  test.each<[unknown, string[]]>([
    [{}, ['/title missing']],
    [{ title: '' }, ['/title matches']],
    [{ title: '   ' }, ['/title matches']],
    [{ title: 'two\nlines' }, ['/title matches']],
    [{ title: 7 }, ['/title is-string']],
    [{ title: null }, ['/title is-string']],
    [{ title: 'x', count: '7' }, ['/count is-count']],
    [{ title: 'x', count: Infinity }, ['/count is-count']],
    [{ title: 'x', occurredOn: '2022-02-30' }, ['/occurredOn is-occurrence']],
    [{ title: 'x', 'a/b~c': 1 }, ['/a~1b~0c unknown-field']],
    [{ title: 'x', parts: [{ name: 'y', more: 1 }] }, ['/parts/0/more unknown-field']],
    [{ title: 'x', parts: [{ name: 'y' }, {}] }, ['/parts/1/name missing']],
    [{ title: 'x', parts: [null] }, ['/parts/0 not-an-object']],
    [{ title: 'x', parts: [[{ name: 'y' }]] }, ['/parts/0 not-an-object']],
    [{ title: 'x', parts: { 0: { name: 'y' } } }, ['/parts is-array']],
    [{ title: 'x', parts: [{ name: 'y' }, { name: 'y' }, { name: 'y' }] }, ['/parts array-max-size']],
    [{ title: 'x', reason: null }, ['/reason not-an-object']],
    [{ title: 'x', reason: [] }, ['/reason not-an-object']],
    [{ title: 'x', reason: {} }, ['/reason/code missing', '/reason/text missing']],
    [{ title: 'x', reason: { code: 'no', text: 'x' } }, ['/reason/code is-in']],
    [{ title: 'a\0b' }, ['/title nul']],
    [{ title: 'x', deep: { '\ud800': 1 } }, ['/deep lone-surrogate']],
    [JSON.parse('{"title":"x","__proto__":{"id":"y"}}'), ['/__proto__ unknown-field']],
    [{ title: 'x', parts: [JSON.parse('{"name":"y","constructor":1}')] }, ['/parts/0/constructor unknown-field']],
    ['text', [' not-an-object']],
    [null, ['/title missing']],
  ])('%j', (body, expected) => expect(faults(body).sort()).toEqual(expected));

  test('a reason that is needed', () => {
    expect(faults({}, VoidSomething)).toEqual(['/reason missing']);
    expect(faults({ reason: null }, VoidSomething)).toEqual(['/reason missing']);
  });

  test('unknown fields by name, with those that there are', () => {
    expect(() => readCommand(RecordSomething, { title: 'x', tilte: 'x' }, { ofPath: id })).toThrow(
      'There is no field tilte here. It takes: count, id, occurredOn, parts, reason, title.',
    );
  });
});

test.each([
  ['HoldTraining', 'hold-training'],
  ['CorrectHeadcount', 'correct-headcount'],
  ['isOccurrence', 'is-occurrence'],
])('%s in kebab-case is %s', (name, kebabed) => expect(kebab(name)).toBe(kebabed));

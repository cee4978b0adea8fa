import { command, given } from '../../event-sourcing/src/given-when-then.js';
import { CorrectCourse, course, OpenCourse, VoidCourse, type CourseEvent } from './course.js';

type Told = CourseEvent & { id: string };

const id = '018f3f5e-0000-7000-8000-000000000001';
const place = '018f3f5e-0000-7000-8000-0000000000aa';
const reason = { code: 'data-quality', text: 'The brochure says otherwise.' } as const;

const facts = { title: 'Certificate course', from: '2022-02', to: '2023-01', seats: 30, place } as const;
const opened: Told = { id: 'e1', type: 'CourseOpened', data: facts };
const voided: Told = { id: 'e9', type: 'CourseVoided', data: { voids: 'e1' } };

const known = { checkDate: () => undefined, place: { status: 'registered' }, activity: undefined };
const closed = {
  ...known,
  checkDate: (date?: string) => {
    if (date) throw Object.assign(new Error('closed'), { code: 'period-closed' });
  },
};

describe('open a course', () => {
  const open = command(OpenCourse, { id, ...facts, note: 'In Arabic.' });

  test('records what, when and for how many; its end may lie ahead', () =>
    given(course)
      .when(open, known)
      .then([{ type: 'CourseOpened', data: facts, texts: { note: 'In Arabic.' } }]));
  test('an id is used once', () => given(course, opened).when(open, known).thenRejected('course-exists'));
  test('it ends after it begins', () =>
    given(course)
      .when(command(OpenCourse, { id, ...facts, to: '2021' }), known)
      .thenRejected('ends-before-it-begins'));
  test('its place must be in the ledger, its activity of the project', () => {
    given(course)
      .when(open, { ...known, place: undefined })
      .thenRejected('unknown-place');
    given(course)
      .when(command(OpenCourse, { id, ...facts, activity: place }), known)
      .thenRejected('unknown-activity');
  });
  test('when it began is checked', () => expect(() => given(course).when(open, closed).then([])).toThrow('closed'));
});

describe('correct a course', () => {
  const correct = command(CorrectCourse, { id, ...facts, seats: 25, reason });

  test('restates the whole and names what it replaces', () =>
    given(course, opened)
      .when(correct, known)
      .thenLike([{ type: 'CourseCorrected', data: { ...facts, seats: 25, replaces: 'e1' } }]));
  test('what is stated already is already so', () =>
    given(course, opened)
      .when(command(CorrectCourse, { id, ...facts, reason }), known)
      .thenAlreadySo());
  test('the unknown and the voided are refused', () => {
    given(course).when(correct, known).thenRejected('unknown-course');
    given(course, opened, voided).when(correct, known).thenRejected('course-voided');
  });
});

describe('void a course', () => {
  const void_ = command(VoidCourse, { id, reason });

  test('names the event it voids', () =>
    given(course, opened)
      .when(void_, known)
      .then([{ type: 'CourseVoided', data: { voids: 'e1' } }]));
  test('twice is already so', () => given(course, opened, voided).when(void_, known).thenAlreadySo());
  test('the unknown is refused', () => given(course).when(void_, known).thenRejected('unknown-course'));
});

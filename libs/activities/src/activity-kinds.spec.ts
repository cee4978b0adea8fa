import { activityKinds, notStatedOf } from './activity-kinds.js';

test('a kind says what it wants to be told', () => {
  expect(notStatedOf({ kind: 'workshop' })).toEqual(['when', 'where']);
  expect(notStatedOf({ kind: 'works', plannedFor: '2022', places: ['p'] })).toEqual(['with-whom']);
  expect(notStatedOf({ kind: 'grant' })).toEqual(['with-whom']);
});

test('what is told is not missing: planned, postponed or completed', () => {
  expect(notStatedOf({ kind: 'mission', plannedFor: '2022-05', places: ['p'] })).toBeUndefined();
  expect(notStatedOf({ kind: 'mission', postponedTo: '2022-05', places: ['p'] })).toBeUndefined();
  const completed = { occurredOn: '2022-05-03', country: 'NE' };
  expect(notStatedOf({ kind: 'mission', completed })).toBeUndefined();
});

test('when it was completed is not said by when it was planned for', () =>
  expect(notStatedOf({ kind: 'mission', plannedFor: '2022-05', completed: { place: 'Agadez' } })).toEqual(['when']));

test('some kinds want nothing, and every kind says so', () => {
  expect(notStatedOf({ kind: 'other' })).toBeUndefined();
  expect(() => activityKinds.map((kind) => notStatedOf({ kind }))).not.toThrow();
});

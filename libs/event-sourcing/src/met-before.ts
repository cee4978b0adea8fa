/**
 * The same function, which remembers what it answered, for at most so many arguments: of what is asked often about few
 * things. Answers are frozen, as all who ask get the same one.
 */
export function metBefore<Asked, Answer extends object>(answer: (asked: Asked) => Answer, most = 20_000) {
  const answers = new Map<Asked, Answer>();
  return (asked: Asked): Answer => {
    let known = answers.get(asked);
    if (!known) {
      known = Object.freeze(answer(asked));
      if (answers.size >= most) answers.clear();
      answers.set(asked, known);
    }
    return known;
  };
}

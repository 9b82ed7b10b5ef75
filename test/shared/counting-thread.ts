import { answerOrders } from "../../src/shared/thread-task.ts";

let answered = 0;

/** Answers how many orders this thread has had; `die-if-used` ends a thread that has had any. */
answerOrders<string>((order) => () => {
  if (order === "die-if-used" && answered > 0) process.exit(1);
  for (;;) {
    if (order === "never-done") continue;
    answered += 1;
    return answered;
  }
});

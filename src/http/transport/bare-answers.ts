/** Problems that were told on a bare socket, where no request object stands for what was broken. */
import type { Socket } from 'node:net';
import type { Problem } from '../../problem-document.ts';

const told = new WeakMap<Socket, Problem>();

/** Remembers what a socket was told: a request on it whose body broke has no other answer. */
export function rememberBareAnswer(socket: Socket, problem: Problem): void {
  told.set(socket, problem);
}

export function bareAnswerOn(socket: Socket): Problem | undefined {
  return told.get(socket);
}

/** From when on new work is refused because the process itself is short of time or memory. */
import { count, duration } from './variable.ts';

export const pressureSettings = {
  maxEventLoopDelayMs: duration(
    'MAX_EVENT_LOOP_DELAY_MS',
    1000,
    'How late the thread that receives and sends may be to what it has to do; while it is later time and again, new work is 503.',
  ),
  maxMemoryPercent: count(
    'MAX_MEMORY_PERCENT',
    90,
    10,
    100,
    'The part of its memory that the container, or without a limit of its own the server, may use; beyond it new work is 503.',
  ),
};

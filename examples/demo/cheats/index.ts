import type { CheatName } from '../settings.ts';
import type { Cheat } from './cheat.ts';
import { delay } from './delay.ts';
import { drop } from './drop.ts';
import { relabel } from './relabel.ts';
import { replay } from './replay.ts';
import { stuff } from './stuff.ts';
import { swapModel } from './swap-model.ts';

/** Every cheat by name. */
export const CHEAT_BY_NAME: Readonly<Record<CheatName, Cheat>> = {
  'swap-model': swapModel,
  drop,
  delay,
  relabel,
  replay,
  stuff,
};

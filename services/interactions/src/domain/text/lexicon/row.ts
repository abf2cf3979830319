/**
 * What a word or phrase does. Feelings carry points; the other roles change the points of feelings near them (see score-sentiment.ts).
 * - `negator`: turns the feeling that follows (`không`, `not`)
 * - `intensifier`, `diminisher`: more or less of the feeling beside them (`rất`, `lắm`, `very`; `hơi`, `a bit`)
 * - `shade`: a diminisher that makes a measure a small fault (`hơi nhỏ`, `a bit small`)
 * - `excess`: makes a measure a fault (`quá nhỏ`, `too small`); of a feeling it is an intensifier
 * - `measure`: neutral by itself (`nhỏ`, `small`), a fault in excess
 * - `contrast`: what follows weighs more than what came before (`nhưng`, `but`); `concession`: its own clause weighs less (`tuy`, `although`)
 * - `reservation`: what follows is a small thing (`mỗi tội`, `only complaint`)
 * - `condition`: not said to be so (`nếu`, `if`, `hope`)
 * - `asking`: the sentence is a question, with or without its mark (`cho hỏi`, `how do i`): nobody said that it is so
 * - `courtesy`: thanks; counts once, and a little
 * - `nothing`: matched so that nothing shorter is found in it (`tốt nghiệp`, `good morning`)
 */
export type Role =
  | 'negator'
  | 'intensifier'
  | 'diminisher'
  | 'shade'
  | 'excess'
  | 'measure'
  | 'contrast'
  | 'concession'
  | 'reservation'
  | 'condition'
  | 'asking'
  | 'courtesy'
  | 'nothing';

/** Points of a feeling: 1 a shade, 2 plain, 3 strong, 4 the strongest; below 0 it is bad. Chosen by hand, in steps of a half. */
export type FeelingRow = readonly [points: number, words: string];
/** Words and phrases are separated by commas. */
export type RoleRow = readonly [role: Role, words: string];

import 'reflect-metadata';
import {
  ArrayMaxSize,
  IsArray,
  IsDefined,
  IsIn,
  IsString,
  Matches,
  MaxLength,
  MinLength,
  ValidateBy,
  ValidateIf,
  ValidateNested,
  type ValidationOptions,
} from 'class-validator';
import { isLocalDate, isOccurrence, occurrenceFault, type Occurrence } from './dates.js';
import { isTimeZone } from './time-zones.js';
import { isUuid } from './ids.js';
import { Type } from 'class-transformer';

/** Decorators for the fields of commands: what a field takes is said once, here, and ends up in OpenAPI too. */
const all =
  (...decorators: PropertyDecorator[]): PropertyDecorator =>
  (target, property) => {
    for (const decorate of decorators) decorate(target, property);
  };

/** `sentence` says what would be right, or works out from the value what is wrong with it. */
const by = (
  name: string,
  sentence: string | ((value: unknown) => string),
  test: (value: unknown) => boolean,
  options?: ValidationOptions,
): PropertyDecorator =>
  ValidateBy(
    {
      name,
      validator: {
        validate: test,
        defaultMessage: (told) =>
          `${options?.each ? 'each of ' : ''}${told?.property} ${typeof sentence === 'string' ? sentence : sentence(told?.value)}`,
      },
    },
    options,
  );

const uuid = 'must be a UUID in lower case';
/** An id of a thing: a UUID, in lower case since two spellings would name two streams. */
export const IsId = (): PropertyDecorator => by('isId', uuid, isUuid);
export const IsIds = (most = 200): PropertyDecorator =>
  all(ArrayMaxSize(most), by('isId', uuid, isUuid, { each: true }));

/** One line that is not blank: no control characters, no line or paragraph separators. */
const line = /^[^\p{Cc}\p{Zl}\p{Zp}]*[^\p{Cc}\p{Zl}\p{Zp}\s][^\p{Cc}\p{Zl}\p{Zp}]*$/u;
const aLine = '$property must be one line of text, and not blank';

/** A title, name, place or code: one line of 1 to 500 characters, kept in the event itself, so never a person's name. */
export const IsTitle = (most = 500): PropertyDecorator =>
  all(IsString(), MaxLength(most), Matches(line, { message: aLine }));

/** A list of titles. */
export const IsTitles = (most = 20): PropertyDecorator =>
  all(
    IsArray(),
    ArrayMaxSize(most),
    IsString({ each: true }),
    MaxLength(500, { each: true }),
    Matches(line, { each: true, message: `each of ${aLine}` }),
  );

/** Free text of up to 10,000 characters; held apart from the event, and can be redacted. */
export const IsFreeText = (most = 10_000): PropertyDecorator => all(IsString(), MinLength(1), MaxLength(most));

/** When it happened: `2018-11-20`, `2018-11`, `2018`, `2018-11/2020-11`, `2015/..`. Leave the field out for "not stated". */
export const IsOccurrence = (): PropertyDecorator =>
  by(
    'isOccurrence',
    (value) =>
      `must be a date as 2018-11-20, 2018-11, 2018, 2018-11/2020-11 or 2015/..: ${occurrenceFault(value) ?? ''}`,
    isOccurrence,
  );

/** A day: `2022-03-31`. */
export const IsDay = (): PropertyDecorator =>
  by('isDay', 'must be a day as 2022-03-31', (value) => typeof value === 'string' && isLocalDate(value));

/** A decimal number as text, so that no binary float comes near it: `85`, `0.07`, `-3.5`. */
export const IsDecimalText = (): PropertyDecorator =>
  by(
    'isDecimalText',
    'must be a decimal number as text, such as "85" or "0.07"',
    (value) => typeof value === 'string' && /^-?(0|[1-9]\d{0,17})(\.\d{1,9})?$/.test(value),
  );

/** Money in integer minor units (cents), 0 or more, up to 10^15. */
export const IsMinorUnits = (): PropertyDecorator =>
  by(
    'isMinorUnits',
    'must be a whole number of minor units (cents), 0 or more',
    (value) => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= 1e15,
  );

/** A count of people or things: a whole number from 0 to 10,000,000. */
export const IsCount = (): PropertyDecorator =>
  by(
    'isCount',
    'must be a whole number from 0 to 10000000',
    (value) => typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 1e7,
  );

/** ISO 4217 code. */
export const IsCurrency = (): PropertyDecorator =>
  by(
    'isCurrency',
    'must be an ISO 4217 code such as EUR',
    (value) => typeof value === 'string' && /^[A-Z]{3}$/.test(value),
  );

/** ISO 3166-1 alpha-2 code. */
export const IsCountry = (): PropertyDecorator =>
  by(
    'isCountry',
    'must be an ISO 3166 code of two letters such as LY',
    (value) => typeof value === 'string' && /^[A-Z]{2}$/.test(value),
  );

/** An IANA time zone. */
export const IsZone = (): PropertyDecorator =>
  by(
    'isZone',
    'must be an IANA time zone such as Africa/Tripoli',
    (value) => typeof value === 'string' && isTimeZone(value),
  );

/** May be left out, which means "not stated". null is not the same and is refused. */
export const Optional = (): PropertyDecorator => ValidateIf((_, value) => value !== undefined);

/** Why: codes as the field uses them (field guide, §2), and a sentence. */
export const reasonCodes = [
  'adaptive-management',
  'budget-realignment',
  'change-of-context',
  'costed-extension',
  'no-cost-extension',
  'donor-requirement',
  'implementation-delay',
  'data-quality',
  'recorded-late',
  'recorded-twice',
  'personal-data',
  'other',
] as const;
export type ReasonCode = (typeof reasonCodes)[number];

export class Reason {
  @IsIn(reasonCodes) code!: ReasonCode;
  /** Free text: held apart from the event. */
  @IsFreeText(2_000) text!: string;
}

/** May carry a reason: needed for what is outside the project's dates or in a closed period. */
export const MayHaveReason = (): PropertyDecorator =>
  all(
    Optional(),
    ValidateNested(),
    Type(() => Reason),
  );
export const HasReason = (): PropertyDecorator =>
  all(
    IsDefined(),
    ValidateNested(),
    Type(() => Reason),
  );

/**
 * Refuses a date that the project cannot take: in the future, outside its dates without a reason, or in a closed
 * period without a manager and a reason. Bound by the catalogue to the project's dates and periods.
 */
export interface Calendar {
  checkDate(occurredOn: Occurrence | undefined, reason: Reason | undefined, pointer?: string): void;
}

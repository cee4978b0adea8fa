import { Type } from 'class-transformer';
import { IsIn, ValidateNested } from 'class-validator';
import { HasReason, IsCountry, IsDecimalText, IsFreeText, IsId, IsTitle, Optional, type Reason } from '#event-sourcing';
import { IsNames, type LocalName } from '#event-sourcing/src/names.js';

// ── Commands ──

/** `region`: of several countries, or of one. `admin-1` to `admin-4`: levels of administration, the highest first. */
export const placeKinds = [
  'region',
  'country',
  'admin-1',
  'admin-2',
  'admin-3',
  'admin-4',
  'city',
  'site',
  'other',
] as const;
export const siteKinds = [
  'border-crossing-point',
  'port',
  'airport',
  'railway-station',
  'customs-post',
  'coast-guard-station',
  'reception-centre',
  'detention-centre',
  'registration-point',
  'camp',
  'shelter',
  'warehouse',
  'school',
  'training-centre',
  'health-facility',
  'community-centre',
  'police-station',
  'embassy',
  'office',
  'other',
] as const;

/** In degrees of WGS 84 (EPSG:4326): decimals, as text. */
export class Coordinates {
  /** From -90 (south) to 90. */
  @IsDecimalText() latitude!: string;
  /** From -180 (west) to 180. */
  @IsDecimalText() longitude!: string;
}

class PlaceFacts {
  @IsTitle() name!: string;
  /** Its names by language, also former ones, with the dates on which they held. */
  @Optional() @IsNames() names?: LocalName[];
  @IsIn(placeKinds) kind!: (typeof placeKinds)[number];
  /** Only of a site; left out = not stated. */
  @Optional() @IsIn(siteKinds) siteKind?: (typeof siteKinds)[number];
  @Optional() @IsCountry() country?: string;
  /** The place that it lies in: the district of a site, the country of a governorate. */
  @Optional() @IsId() within?: string;
  /** By which lists know it, such as the P-code of an administrative level. */
  @Optional() @IsTitle(60) code?: string;
  @Optional() @ValidateNested() @Type(() => Coordinates) coordinates?: Coordinates;
  @Optional() @IsFreeText() note?: string;
}

/** Adds a place to the ledger, for all projects: a country, a level of its administration, a city, a site. */
export class RegisterPlace extends PlaceFacts {
  @IsId() id!: string;
}

/** Restates the whole place. */
export class CorrectPlace extends PlaceFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

export class VoidPlace {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

/** Decides that it is the same place as another one. */
export class MergePlace {
  @IsId() id!: string;
  /** The one that stays. */
  @IsId() into!: string;
  @HasReason() reason!: Reason;
}

/** Decides that the two are not the same after all: it stands for itself again. */
export class SeparatePlace {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

// What a demo account has set for itself: contacts, the account-wide block of public access, and EC2's
// settings in every region that is on by default.

import { regionsOf } from "../../regions.ts";
import { newAccountSettings, type RegionSettings } from "../../services/ec2/settings.ts";
import type { AlternateContact } from "../../shapes.ts";
import { domain } from "./company.ts";
import { add, type Draft, isGood, streamOf, teamOf } from "./draft.ts";

export function drawAccountSettings(draft: Draft): void {
  const random = streamOf(draft, "account-settings");
  for (const type of ["SECURITY", "BILLING", "OPERATIONS"] as const) {
    if (isGood(draft, random)) drawContact(draft, type);
  }
  if (isGood(draft, random)) {
    const block = {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    };
    add(draft, "global", "s3-control:public-access-block", "account", block);
  }
  drawRegionSettings(draft);
}

function drawContact(draft: Draft, AlternateContactType: AlternateContact["AlternateContactType"]): void {
  const desk = AlternateContactType.toLowerCase();
  const contact: AlternateContact = {
    AlternateContactType,
    Name: `Meridian ${desk} desk`,
    Title: `${desk} contact of ${teamOf(draft)}`,
    EmailAddress: `${desk}@${domain}`,
    PhoneNumber: "+1-555-0100",
  };
  add(draft, "global", "account:alternate-contact", AlternateContactType, contact);
}

/** Careful owners set the same everywhere; the careless forget some regions. */
function drawRegionSettings(draft: Draft): void {
  const random = streamOf(draft, "region-settings");
  const wanted: RegionSettings = {
    ebsEncryptionByDefault: isGood(draft, random),
    snapshotBlockPublicAccess: isGood(draft, random) ? "block-all-sharing" : "unblocked",
    imageBlockPublicAccess: isGood(draft, random) ? "block-new-sharing" : "unblocked",
    metadataDefaults: isGood(draft, random) ? { HttpTokens: "required", HttpPutResponseHopLimit: 1 } : {},
  };
  for (const { RegionName, RegionOptStatus } of regionsOf(draft.world, draft.accountId)) {
    if (RegionOptStatus !== "ENABLED_BY_DEFAULT") continue;
    const isForgotten = !draft.regions.includes(RegionName) && random.chance((1 - draft.rigour) / 2);
    add(draft, RegionName, "ec2:settings", "region", isForgotten ? newAccountSettings : wanted);
  }
}

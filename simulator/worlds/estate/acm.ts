// Certificates of a drawn estate: some about to expire, some expired, a few weak.
import type { StoredCertificate } from "../../services/acm.ts";
import type { Place, World } from "../../world.ts";
import { derived } from "./draws.ts";

export const deriveCertificates = (world: World, place: Place): Iterable<[string, StoredCertificate]> =>
  derived(world, place, "acm:certificate", 3, (draw) => {
    const { random, isGood } = draw;
    const name = `${draw.name}.shop.example`;
    const CertificateArn = draw.arn("acm", `certificate/${random.hex(8)}-0000-4000-a000-${random.hex(12)}`);
    const isImported = random.chance(0.3);
    const daysLeft = isGood() ? 60 + random.int(300) : random.int(40) - 15;
    const from = draw.daysAgo(395 - Math.max(daysLeft, 0));
    const certificate: StoredCertificate = {
      CertificateArn,
      DomainName: isGood() ? name : `*.${name}`,
      SubjectAlternativeNames: [name],
      DomainValidationOptions: isImported
        ? []
        : [{ DomainName: name, ValidationMethod: "DNS", ValidationStatus: "SUCCESS" }],
      Subject: `CN=${name}`,
      Issuer: isImported ? "CN=Example CA" : "Amazon",
      CreatedAt: from,
      IssuedAt: from,
      NotBefore: from,
      NotAfter: draw.daysAgo(-daysLeft),
      Status: daysLeft < 0 ? "EXPIRED" : "ISSUED",
      KeyAlgorithm: isImported && !isGood() ? "RSA_1024" : "RSA_2048",
      SignatureAlgorithm: "SHA256WITHRSA",
      Type: isImported ? "IMPORTED" : "AMAZON_ISSUED",
      RenewalEligibility: isImported ? "INELIGIBLE" : "ELIGIBLE",
      Options: { CertificateTransparencyLoggingPreference: isGood() ? "ENABLED" : "DISABLED" },
      tagMap: draw.tagMap,
    };
    return [CertificateArn, certificate];
  });

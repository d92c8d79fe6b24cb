// Whether the page is a phone's: navigation becomes a sheet, lists become two-line rows.
import { useMediaQuery } from "@mantine/hooks";

export const useIsNarrow = (): boolean =>
  useMediaQuery("(max-width: 767px)", window.innerWidth < 768, { getInitialValueInEffect: false }) ?? false;

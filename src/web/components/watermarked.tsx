import { Watermark } from "antd";
import type { ReactNode } from "react";
import { isoDate } from "../../shared/dates.ts";
import { useSession } from "../session.tsx";

/** Marks a screen that shows personal data with who looked at it and when (convention 19). */
export function Watermarked({ children }: { children: ReactNode }) {
  const { session } = useSession();
  if (session === null) return children;
  const who = `${session.name} ${session.maskedIdNumber.slice(-4)}`;
  return (
    <Watermark
      content={[who, `${session.organizationName} ${isoDate(new Date())}`]}
      gap={[140, 140]}
      font={{ color: "rgba(27,36,48,0.06)", fontSize: 14 }}
    >
      {children}
    </Watermark>
  );
}

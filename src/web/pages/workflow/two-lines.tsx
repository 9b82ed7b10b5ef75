import type { ReactNode } from "react";
import "./workflow.css";

/** Two facts that belong together in one cell, so that a list fits a common screen. */
export function TwoLines({ first, second }: { first: ReactNode; second: ReactNode }) {
  return (
    <>
      <div className="cell-line">{first}</div>
      <div className="cell-line cell-second">{second}</div>
    </>
  );
}

import type { ReactNode } from "react";
import "./workflow.css";

/** Two facts that belong together in one cell, so that a list fits a common screen. */
export function TwoLines({
  first,
  second,
  maxPx = 220,
}: {
  first: ReactNode;
  second: ReactNode;
  maxPx?: number;
}) {
  const style = { maxWidth: maxPx };
  return (
    <>
      <div className="cell-line" style={style}>
        {first}
      </div>
      <div className="cell-line cell-second" style={style}>
        {second}
      </div>
    </>
  );
}

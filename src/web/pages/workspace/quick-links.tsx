import { Link } from "react-router";
import type { SessionView } from "../../../shared/contracts/accounts.ts";
import { menuOf } from "../../components/menu-items.ts";

/** The menu once more, open and large: first visits find everything without unfolding it. */
export function QuickLinks({ session }: { session: SessionView }) {
  return (
    <section className="panel" aria-labelledby="links-title">
      <h2 id="links-title">常用功能</h2>
      <ul className="home-grid">
        {menuOf(session).flatMap((group) =>
          group.leaves.map((leaf) => (
            <li key={leaf.to}>
              <Link className="home-count" to={leaf.to}>
                <b>{leaf.title}</b>
                {leaf.title !== group.title && <span className="field-hint"> · {group.title}</span>}
              </Link>
            </li>
          )),
        )}
        <li>
          <Link className="home-count" to="/help">
            <b>帮助中心</b>
          </Link>
        </li>
      </ul>
    </section>
  );
}

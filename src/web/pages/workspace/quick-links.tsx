import { Link } from "react-router";
import type { SessionView } from "../../../shared/contracts/accounts.ts";
import { menuOf } from "../../components/menu-items.ts";

/** The menu once more, open and by group: a first visit finds everything without unfolding it. */
export function QuickLinks({ session }: { session: SessionView }) {
  return (
    <section className="panel" aria-labelledby="links-title">
      <h2 id="links-title">功能</h2>
      <div className="quick-groups">
        {menuOf(session).map((group) => (
          <section key={group.key} aria-label={group.title}>
            <h3>{group.title}</h3>
            <ul>
              {group.leaves.map((leaf) => (
                <li key={leaf.to}>
                  <Link to={leaf.to}>{leaf.title}</Link>
                </li>
              ))}
            </ul>
          </section>
        ))}
        <section aria-label="帮助">
          <h3>帮助</h3>
          <ul>
            <li>
              <Link to="/help">帮助中心</Link>
            </li>
            <li>
              <Link to="/help#q-operation-20">学时审核流程</Link>
            </li>
          </ul>
        </section>
      </div>
    </section>
  );
}

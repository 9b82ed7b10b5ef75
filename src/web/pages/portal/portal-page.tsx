import {
  ApartmentOutlined,
  AuditOutlined,
  BankOutlined,
  BookOutlined,
  ControlOutlined,
  FileProtectOutlined,
  TeamOutlined,
  UserOutlined,
} from "@ant-design/icons";
import { useEffect, type ReactNode } from "react";
import { Link } from "react-router";
import { loginRoles, type LoginRole } from "../../../shared/modules.ts";
import { fallbackName, usePlatform, type Platform } from "../../components/platform.ts";

interface Tile {
  role: LoginRole;
  icon: ReactNode;
  text: string;
  /** where 「注册」 leads; roles without one are opened by others (AMB-40) */
  register?: string;
}

const windowTiles: readonly Tile[] = [
  {
    role: "professional",
    icon: <UserOutlined />,
    text: "申报学时、查看年度完成情况、打印继续教育证书",
    register: "/register/person",
  },
  {
    role: "employer",
    icon: <TeamOutlined />,
    text: "管理本单位专技人员，申报和审核学时",
    register: "/register/organization?kind=employer",
  },
  {
    role: "authority",
    icon: <ApartmentOutlined />,
    text: "审核所属单位的注册和学时，请先于所属单位注册",
    register: "/register/organization?kind=authority",
  },
  {
    role: "base",
    icon: <BookOutlined />,
    text: "申报培训班学时、学员名单和考核结果",
    register: "/register/organization?kind=base",
  },
];

const managementTiles: readonly Tile[] = [
  { role: "bureau", icon: <BankOutlined />, text: "" },
  { role: "operator", icon: <ControlOutlined />, text: "" },
  { role: "policy-officer", icon: <FileProtectOutlined />, text: "" },
  { role: "auditor", icon: <AuditOutlined />, text: "" },
];

const services = [
  {
    to: "/registration-progress",
    title: "注册审核进度查询",
    text: "查看由哪个部门审核，选错上级可撤回重新注册",
  },
  { to: "/verify", title: "证书核验", text: "凭证书编号和核验码，核对证书真伪和当前状态" },
  { to: "/help#q-policy-6", title: "学时要求与折算标准", text: "各年度合格学时、各种学习形式如何折算" },
  { to: "/help", title: "帮助中心", text: "10个政策问题、23个操作问题，可按关键字查找" },
] as const;

/** The home page: what the platform is, one tile per role with 注册 and 登录, public services (GEN-01 – GEN-06). */
export function PortalPage() {
  const platform = usePlatform();
  const name = platform?.name ?? fallbackName;
  useEffect(() => {
    document.title = name;
  }, [name]);
  return (
    <>
      <div className="hero">
        <h1>{name}</h1>
        <p>注册、学时申报、逐级审核、年度认定、电子证书，一处办理，进度随时可查。</p>
      </div>
      <div className="portal">
        <section className="portal-window portal-section" aria-labelledby="window-title">
          <h2 id="window-title">继续教育服务窗口</h2>
          <p className="page-hint">
            请选择您的角色。注册顺序：主管部门 → 用人单位 → 专业技术人员，逐级审核通过后即可登录。
          </p>
          <ul className="tiles">
            {windowTiles.map((tile) => (
              <RoleTile key={tile.role} tile={tile} />
            ))}
          </ul>
        </section>
        {platform?.demonstration === true && <DemonstrationBanner platform={platform} />}
        <section className="portal-section" aria-labelledby="management-title">
          <h2 id="management-title">管理入口</h2>
          <p className="page-hint">人社部门及管理账号由上级部门开通，无需注册。</p>
          <ul className="tiles tiles-small">
            {managementTiles.map((tile) => (
              <RoleTile key={tile.role} tile={tile} />
            ))}
          </ul>
        </section>
        <section className="portal-section" aria-labelledby="services-title">
          <h2 id="services-title">公共服务</h2>
          <p className="page-hint">无需登录即可使用。</p>
          <ul className="services">
            {services.map((service) => (
              <li key={service.title}>
                <Link className="service" to={service.to}>
                  <strong>{service.title}</strong>
                  <span>{service.text}</span>
                </Link>
              </li>
            ))}
          </ul>
        </section>
      </div>
    </>
  );
}

function RoleTile({ tile }: { tile: Tile }) {
  const name = loginRoles[tile.role];
  return (
    <li className="tile">
      <span className="tile-icon" aria-hidden>
        {tile.icon}
      </span>
      <h3>{name}</h3>
      {tile.text !== "" && <p>{tile.text}</p>}
      <div className="tile-actions">
        {tile.register !== undefined && (
          <Link className="button-link" to={tile.register} aria-label={`${name}注册`}>
            注册
          </Link>
        )}
        <Link
          className="button-link button-link-primary"
          to={`/login?role=${tile.role}`}
          aria-label={`${name}登录`}
        >
          登录
        </Link>
      </div>
    </li>
  );
}

/** Says plainly that everything here is invented, and with which accounts it can be tried (on this machine only). */
function DemonstrationBanner({ platform }: { platform: Platform }) {
  return (
    <section className="demo-banner" aria-label="演示说明">
      <p>
        <strong>演示环境</strong>：单位、人员和学时均为虚构，印章带「示例」字样，不具有任何效力。
      </p>
      {platform.demonstrationAccounts.length > 0 && (
        <details>
          <summary>演示账号（仅本机可登录）</summary>
          <table>
            <thead>
              <tr>
                <th scope="col">登录角色</th>
                <th scope="col">姓名</th>
                <th scope="col">登录账户</th>
                <th scope="col">密码</th>
              </tr>
            </thead>
            <tbody>
              {platform.demonstrationAccounts.map((account) => (
                <tr key={`${account.roleName}${account.idNumber}`}>
                  <td>{account.roleName}</td>
                  <td>{account.name}</td>
                  <td>
                    <code>{account.idNumber}</code>
                  </td>
                  <td>
                    <code>{account.password}</code>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      )}
    </section>
  );
}

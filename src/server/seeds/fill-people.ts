import { RegistrationModel } from "../../models/registration.ts";
import type { App, CommandContext } from "../command-context.ts";
import { type PersonForm, submitPerson } from "../commands/registrations/register-person.ts";
import { actAs } from "./acting.ts";
import { approval, decideOpen, type Verdict } from "./decide-open.ts";
import { tileOf } from "./demonstration-people.ts";
import { identityNumber } from "./synthetic.ts";

const surnames = ["王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "马", "朱"];
const givenNames = ["伟", "芳", "娜", "敏", "静", "强", "磊", "洋", "艳", "勇", "杰", "娟", "涛"];
const atOnce = 10;

/** Somebody to register: who, what title, and how the unit decides (null: still waiting). */
interface Plan {
  form: PersonForm;
  verdict: Verdict | null;
}

/** A title of the hospital's or the company's people. */
interface Title {
  titleSeries: string;
  titleLevel: string;
  titleName: string;
  isAccountant: boolean;
}

const doctors: readonly Title[] = [
  { titleSeries: "04", titleLevel: "3", titleName: "主治医师", isAccountant: false },
  { titleSeries: "04", titleLevel: "4", titleName: "医师", isAccountant: false },
  { titleSeries: "04", titleLevel: "2", titleName: "副主任医师", isAccountant: false },
  { titleSeries: "04", titleLevel: "1", titleName: "主任医师", isAccountant: false },
  { titleSeries: "04", titleLevel: "4", titleName: "护师", isAccountant: false },
];
const engineers: readonly Title[] = [
  { titleSeries: "05", titleLevel: "3", titleName: "工程师", isAccountant: false },
  { titleSeries: "05", titleLevel: "4", titleName: "助理工程师", isAccountant: false },
  { titleSeries: "05", titleLevel: "2", titleName: "高级工程师", isAccountant: false },
];
const accountants: readonly Title[] = [
  { titleSeries: "17", titleLevel: "3", titleName: "会计师", isAccountant: true },
  { titleSeries: "17", titleLevel: "4", titleName: "助理会计师", isAccountant: true },
];

/** People of the two employers: doctors, engineers, accountants; two registrations wait, one was rejected. */
export async function fillPeople(
  app: App,
  units: { hospital: string; company: string },
  passwordHash: string,
): Promise<void> {
  const plans = [
    plan(units.hospital, tileOf("professional"), titleAt(doctors, 0)),
    plan(units.hospital, tileOf("accountant"), titleAt(accountants, 0)),
    ...series(units.hospital, doctors, { from: 1, count: 20 }),
    ...series(units.hospital, accountants, { from: 21, count: 3 }),
    ...series(units.company, engineers, { from: 31, count: 12 }),
    ...series(units.company, accountants, { from: 43, count: 2 }),
    ...waiting(units.hospital),
  ];
  for (let start = 0; start < plans.length; start += atOnce) {
    const some = plans.slice(start, start + atOnce);
    await actAs(app, null, async (ctx) => {
      for (const one of some) await register(ctx, one, passwordHash);
    });
  }
}

function waiting(unit: string): Plan[] {
  const [first, second, third] = series(unit, doctors, { from: 51, count: 3 });
  const rejection: Verdict = { outcome: "reject", comment: "不是本单位人员，请选择所在单位" };
  return [
    ...[first, second].flatMap((one) => (one === undefined ? [] : [{ ...one, verdict: null }])),
    ...(third === undefined ? [] : [{ ...third, verdict: rejection }]),
  ];
}

function titleAt(titles: readonly Title[], index: number): Title {
  const title = titles[index % titles.length];
  if (title === undefined) throw new Error("no titles");
  return title;
}

function series(unit: string, titles: readonly Title[], range: { from: number; count: number }): Plan[] {
  return Array.from({ length: range.count }, (_, index) => {
    const serial = range.from + index;
    const name = `${surnames[serial % surnames.length]}${givenNames[(serial * 5) % givenNames.length]}（示例）`;
    const birthDate = `19${75 + (serial % 20)}-0${1 + (serial % 9)}-15`;
    return plan(
      unit,
      { name, idNumber: identityNumber("410105", birthDate, serial) },
      titleAt(titles, index),
    );
  });
}

function plan(organizationId: string, who: { name: string; idNumber: string }, title: Title): Plan {
  return {
    form: {
      name: who.name,
      idNumber: who.idNumber,
      phone: `1380370${who.idNumber.slice(13, 17)}`,
      email: `person-${who.idNumber.slice(10, 17)}@example.invalid`,
      organizationId,
      nation: "01",
      nativePlace: "河南郑州",
      ...title,
      titleObtainedOn: "2016-09-01",
    },
    verdict: approval,
  };
}

async function register(ctx: CommandContext, { form, verdict }: Plan, passwordHash: string): Promise<void> {
  const { name, idNumber, phone } = form;
  const applicant = { name, idNumber, phone, passwordHash, accountId: null };
  const { registrationId } = await submitPerson(ctx, form, applicant);
  if (verdict === null) return;
  const registration = await RegistrationModel.findById(registrationId).lean();
  if (registration === null) throw new Error("the registration was not written");
  await decideOpen(ctx, registration.instanceId, verdict);
}

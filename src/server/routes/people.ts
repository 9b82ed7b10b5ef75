import {
  findPerson as findPersonContract,
  getPerson as getPersonContract,
  listLearningRecords as listLearningRecordsContract,
  listPeople as listPeopleContract,
  revealIdentity as revealIdentityContract,
} from "../../shared/contracts/people.ts";
import { revealIdentity } from "../commands/people/reveal-identity.ts";
import { command, query } from "../http/endpoint.ts";
import {
  presentFoundPerson,
  presentLearningRecords,
  presentPeoplePage,
  presentPerson,
} from "../presenters/person.ts";
import { findPerson } from "../queries/people/find-person.ts";
import { getPerson } from "../queries/people/get-person.ts";
import { listLearningRecords } from "../queries/people/list-learning-records.ts";
import { listPeople } from "../queries/people/list-people.ts";

export const peopleRoutes = [
  query(listPeopleContract, listPeople, presentPeoplePage),
  query(findPersonContract, findPerson, presentFoundPerson),
  query(getPersonContract, getPerson, presentPerson),
  query(listLearningRecordsContract, listLearningRecords, presentLearningRecords),
  command(revealIdentityContract, revealIdentity, (result) => result, { keepAnswer: false }),
];

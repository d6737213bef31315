import { READ_MODELS } from '../kit/read-model-kinds.js';
import { describeReadModel } from './read-model.contract.js';
import { describeSpreadReadModel } from './spread-read-model.contract.js';

READ_MODELS.forEach(describeReadModel);
READ_MODELS.filter(({ beside }) => beside !== undefined).forEach(describeSpreadReadModel);

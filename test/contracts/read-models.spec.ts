import { READ_MODELS } from '../kit/read-model-kinds.js';
import { describeReadModel } from './read-model.contract.js';

for (const kind of READ_MODELS) describeReadModel(kind);

// Notes that an operator has looked at the alarms about a log, so that it is cosigned again:  acknowledge.ts ORIGIN
// The configuration is the one of the service (ASSAY_CONFIG), which may be running. What was cosigned before stays what the log has to contain.
import { Section } from '@assay/config';
import { readConfig } from './config.ts';
import { WitnessState } from './witness-state.ts';

const [origin] = process.argv.slice(2);
if (origin === undefined) {
  console.error('usage: acknowledge.ts ORIGIN');
  process.exitCode = 2;
} else {
  using state = new WitnessState(readConfig(Section.load(process.env.ASSAY_CONFIG)).dir);
  const acknowledged = state.acknowledge(origin, Date.now());
  console.log(`${acknowledged} ${acknowledged === 1 ? 'alarm' : 'alarms'} about ${origin} acknowledged`);
  process.exitCode = acknowledged > 0 ? 0 : 1;
}

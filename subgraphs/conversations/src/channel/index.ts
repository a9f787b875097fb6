// The front door of the channel module: what the rest of the subgraph may use.
export { channelById, channelByKey, channelCard, readCard, readForm } from './channel.ports.ts';
export { channelNodes, channelResolvers } from './channel.resolvers.ts';
export { selectAllChannels as allChannels, selectChannels as channelsByIds, type ChannelRow } from './channel.store.ts';
export { createChannel, createDefaultChannel, type NewChannel } from './create-channel.ts';
export { checkForm, type FormAnswer, type FormFieldSpec } from './form.rules.ts';

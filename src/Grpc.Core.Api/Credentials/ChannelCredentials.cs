namespace Grpc.Core;

/// <summary>How a channel protects its connection.</summary>
public abstract class ChannelCredentials
{
    public ChannelCredentials() { }
    public static ChannelCredentials Insecure { get; } = new InsecureCredentials();
    public static ChannelCredentials SecureSsl { get; } = new SslCredentials();

    public static ChannelCredentials Create(ChannelCredentials channelCredentials, CallCredentials callCredentials) => new Composite(
        channelCredentials ?? throw new ArgumentNullException(
            nameof(channelCredentials)), callCredentials ?? throw new ArgumentNullException(nameof(callCredentials)));

    public abstract void InternalPopulateConfiguration(ChannelCredentialsConfiguratorBase configurator, object state);

    private sealed class InsecureCredentials : ChannelCredentials
    {
        public override void InternalPopulateConfiguration(ChannelCredentialsConfiguratorBase configurator, object state)
            => configurator.SetInsecureCredentials(state);
    }

    private sealed class Composite(ChannelCredentials channel, CallCredentials call) : ChannelCredentials
    {
        public override void InternalPopulateConfiguration(ChannelCredentialsConfiguratorBase configurator, object state)
            => configurator.SetCompositeCredentials(state, channel, call);
    }
}

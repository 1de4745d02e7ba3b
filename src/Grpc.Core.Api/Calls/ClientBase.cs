namespace Grpc.Core;

/// <summary>The base of generated clients.</summary>
public abstract class ClientBase
{
    private readonly ClientBaseConfiguration? configuration;

    protected ClientBase() { }

    protected ClientBase(ClientBaseConfiguration configuration)
        => this.configuration = configuration ?? throw new ArgumentNullException(nameof(configuration));

    public ClientBase(ChannelBase channel) : this((channel ?? throw new ArgumentNullException(nameof(channel))).CreateCallInvoker()) { }

    public ClientBase(CallInvoker callInvoker)
        : this(new ClientBaseConfiguration(callInvoker ?? throw new ArgumentNullException(nameof(callInvoker)), null)) { }

    protected CallInvoker CallInvoker => Configuration.CreateCallInvoker();

    internal ClientBaseConfiguration Configuration => configuration
        ?? throw new NotSupportedException("A client made with the parameterless constructor is a test double; it makes no calls.");

    protected internal class ClientBaseConfiguration
    {
        private readonly CallInvoker invoker;

        internal ClientBaseConfiguration(CallInvoker invoker, string? host)
            => this.invoker = host is null ? invoker : new Interceptors.InterceptingCallInvoker(
                invoker, new Interceptors.HostInterceptor(host));

        internal CallInvoker CreateCallInvoker() => invoker;
        internal ClientBaseConfiguration WithHost(string host) => new(invoker, host);
    }
}

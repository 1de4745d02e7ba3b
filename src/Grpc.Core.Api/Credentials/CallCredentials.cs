namespace Grpc.Core;

/// <summary>Adds headers to each call, for instance a token.</summary>
public abstract class CallCredentials
{
    public abstract void InternalPopulateConfiguration(CallCredentialsConfiguratorBase configurator, object state);

    public static CallCredentials FromInterceptor(AsyncAuthInterceptor interceptor)
        => new Interceptor(interceptor ?? throw new ArgumentNullException(nameof(interceptor)));

    public static CallCredentials Compose(params CallCredentials[] credentials) => credentials.Length >= 2
        ? new Composite([.. credentials])
        : throw new ArgumentException("Composing takes at least two credentials.", nameof(credentials));

    private sealed class Interceptor(AsyncAuthInterceptor interceptor) : CallCredentials
    {
        public override void InternalPopulateConfiguration(CallCredentialsConfiguratorBase configurator, object state)
            => configurator.SetAsyncAuthInterceptorCredentials(state, interceptor);
    }

    private sealed class Composite(IReadOnlyList<CallCredentials> credentials) : CallCredentials
    {
        public override void InternalPopulateConfiguration(CallCredentialsConfiguratorBase configurator, object state)
            => configurator.SetCompositeCredentials(state, credentials);
    }
}

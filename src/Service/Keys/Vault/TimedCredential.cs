using Azure.Core;

namespace EncryptionService.Service.Keys.Vault;

/// <summary>A credential that gives its token within a minute or fails, even if the one inside neither answers nor heeds cancellation.</summary>
/// <remarks>The pipeline keeps one request for a token for all who wait for it: without an end, one that hangs would hold all calls for good.</remarks>
/// <param name="inner">Who this service is.</param>
/// <param name="vault">Whom the token is for; only for the message.</param>
/// <param name="time">The clock.</param>
internal sealed class TimedCredential(TokenCredential inner, Uri vault, TimeProvider time) : TokenCredential
{
    /// <summary>The longest wait for a token.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
        => throw new NotSupportedException("The vault is called asynchronously.");

    /// <inheritdoc/>
    public override async ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(LongestWait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await inner.GetTokenAsync(requestContext, either.Token).AsTask().WaitAsync(either.Token);
        }
        catch (OperationCanceledException exception) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw VaultFault.NoToken(vault, "the identity's token endpoint did not answer in time.", exception);
        }
    }
}

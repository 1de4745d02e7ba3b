using System.Globalization;
using Azure;
using Azure.Identity;
using Azure.Storage.Blobs.Models;

namespace EncryptionService.Service.Ledger.Blobs;

/// <summary>Turns what the storage library throws into <see cref="LedgerUnavailableException"/>, with words that an administrator can act on (docs/spec/ledger.md, section 10). Pure.</summary>
/// <remarks>
/// All of them pass but those that no waiting can help: a request that the storage calls malformed. Roles, firewalls, containers and policies are put
/// right from outside while the service waits.
/// </remarks>
internal static class BlobFault
{
    /// <summary>The fault, or null for what is none of the storage's: the caller's own cancellation, a mistake of ours.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <param name="container">The address of the container.</param>
    /// <param name="cancellationToken">The caller's; once it is cancelled, a cancellation is the caller's.</param>
    public static LedgerUnavailableException? From(Exception exception, Uri container, CancellationToken cancellationToken) => exception switch
    {
        LedgerDamagedException => null,
        LedgerUnavailableException own => own,
        AggregateException several => From(several.InnerExceptions[^1], container, cancellationToken), // one for each attempt
        AuthenticationFailedException identity => Passing(
            $"No token for the storage of the ledger ({container}): {FirstLine(identity)} Check the identity that AZURE_CLIENT_ID names, and whether it is assigned to this container app.", exception),
        RequestFailedException { Status: 0 } unreachable => Passing(
            $"The storage of the ledger ({container}) cannot be reached: {FirstLine(unreachable)} Check name resolution, network rules and the private endpoint.", exception),
        RequestFailedException answer => Of(answer, container),
        OperationCanceledException => cancellationToken.IsCancellationRequested ? null : Late(container, exception),
        IOException or HttpRequestException => Passing($"The connection to the storage of the ledger ({container}) broke: {FirstLine(exception)}", exception),
        _ => null,
    };

    /// <summary>The storage did not answer in time.</summary>
    public static LedgerUnavailableException Late(Uri container, Exception? exception) => Passing(
        $"The storage of the ledger ({container}) did not answer in time. Whether it did what it was asked is found out by reading.", exception);

    /// <summary>Whether an answer says that the blob, and not the container, is absent.</summary>
    public static bool IsNoBlob(RequestFailedException answer) => answer.Status == 404 && answer.ErrorCode != BlobErrorCode.ContainerNotFound
        && answer.ErrorCode != BlobErrorCode.ContainerBeingDeleted;

    /// <summary>Whether an answer to a change says that its condition did not hold: somebody else was faster, or it is there already. Other failed preconditions are no such thing.</summary>
    public static bool IsLostRace(RequestFailedException answer) => answer.Status == 412
        && (answer.ErrorCode == BlobErrorCode.ConditionNotMet || answer.ErrorCode == BlobErrorCode.AppendPositionConditionNotMet
            || answer.ErrorCode == BlobErrorCode.TargetConditionNotMet);

    /// <summary>Whether an answer says that somebody holds a lease on the blob. This service never takes one.</summary>
    public static bool IsLeased(RequestFailedException answer) => answer.Status == 412 && answer.ErrorCode?.StartsWith("Lease", StringComparison.Ordinal) == true;

    /// <summary>Somebody holds a lease on a segment.</summary>
    public static LedgerUnavailableException Leased(Uri container, string blob, Exception? exception) => Passing(
        $"Somebody holds a lease on the blob {blob} of the ledger ({container}), so nothing can be appended to it. Break the lease; the service never takes one.", exception);

    /// <summary>How long an answer asks to wait; null: it does not.</summary>
    public static TimeSpan? RetryAfter(Response? response)
        => response is not null && response.Headers.TryGetValue("Retry-After", out var text)
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : null;

    private static LedgerUnavailableException Of(RequestFailedException answer, Uri container)
    {
        var code = answer.ErrorCode ?? "";
        return answer.Status switch
        {
            _ when answer.Status == 401 || code == BlobErrorCode.AuthenticationFailed => Passing(
                $"The storage of the ledger ({container}) refuses the token ({Text(answer.Status)} {code}). Check that this host's clock is right and that the identity belongs to the tenant of the storage account.", answer),
            403 when code == BlobErrorCode.AuthorizationFailure || code == "PublicNetworkAccessNotAllowed" => Passing(
                $"The firewall of the storage account does not let this service in ({container}, 403 {code}). Allow its network or its private endpoint.", answer),
            403 when code == "AccountIsDisabled" => Passing($"The storage account of the ledger is disabled ({container}, 403 {code}). Check the subscription.", answer),
            403 => Passing(
                $"The service's identity may not use the container {container} (403 {code}). It needs the role Storage Blob Data Contributor there; a new assignment takes up to ten minutes to count.", answer),
            404 when !IsNoBlob(answer) => Passing($"There is no container {container} (404 {code}). If there was a ledger before, restore it first (runbook lose-and-restore, section 3) and do not deploy before that: a deployment makes an empty one in its place. At a first start the template makes it: deploy it, or correct Ledger:ContainerUrl.", answer),
            409 when code == "BlobImmutableDueToPolicy" => Passing(
                $"An immutability policy on {container} forbids appending (409 {code}). Allow protected append writes in it.", answer),
            429 or 503 => Passing($"The storage of the ledger ({container}) is busy ({Text(answer.Status)} {code}){Wait(answer)}.", answer),
            408 or 409 or 412 or >= 500 => Passing($"The storage of the ledger ({container}) failed ({Text(answer.Status)} {code}){Wait(answer)}.", answer),
            _ => new LedgerUnavailableException($"The storage of the ledger ({container}) refuses what it is asked ({Text(answer.Status)} {code}). Is Ledger:ContainerUrl the address of a blob container?", answer),
        };
    }

    private static string Wait(RequestFailedException answer)
        => RetryAfter(answer.GetRawResponse()) is { } wait ? $" and asks for {Text((int)wait.TotalSeconds)} s of patience" : "";

    private static string FirstLine(Exception exception) => exception.Message.Split('\n', 2)[0].TrimEnd('\r', ' ');

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static LedgerUnavailableException Passing(string message, Exception? exception) => new(message, exception, passes: true);
}

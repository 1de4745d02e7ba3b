using Azure;
using EncryptionService.Service.Ledger.Blobs;
using Xunit;

namespace EncryptionService.Service.Tests.Ledger.Blobs;

/// <summary>What a failure of the storage tells an administrator to do must not make it worse.</summary>
public sealed class BlobWordsTests
{
    [Theory]
    [InlineData("ContainerNotFound")]
    [InlineData("ContainerBeingDeleted")]
    public void A_missing_container_sends_nobody_to_deploy_over_a_lost_ledger(string code)
    {
        var fault = BlobFault.From(
            new RequestFailedException(404, "The container is not there.", code, null), new Uri("https://a.blob.core.windows.net/ledger"), TestContext.Current.CancellationToken);

        Assert.NotNull(fault);
        var restore = fault.Message.IndexOf("restore it first", StringComparison.Ordinal);
        Assert.InRange(restore, 0, fault.Message.IndexOf("deploy it", StringComparison.Ordinal));
        Assert.Contains("do not deploy before that", fault.Message, StringComparison.Ordinal);
    }
}

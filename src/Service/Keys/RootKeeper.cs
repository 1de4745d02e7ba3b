using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using EncryptionService.Envelopes;
using EncryptionService.Formats;
using EncryptionService.Hpke;
using EncryptionService.Service.Ledger;
using EncryptionService.Service.Ledger.Records;
using EncryptionService.Service.Settings;
using Google.Protobuf;
using Microsoft.Extensions.Options;

namespace EncryptionService.Service.Keys;

/// <summary>Makes the root once, and unseals it at every start (docs/spec/ledger.md, section 6).</summary>
/// <remarks>
/// (1) read the root stream; (2) empty: make a root, if a token says that this is the first start; (3) unwrap the root key, once;
/// (4) authenticate the stream; (5) unseal the service's keys; (6) hold certificate, organization key and identity against each other;
/// (7) hold the generation, and the trust that is configured, against what ledger and keeper remember; (8) wrap again where the KEK has a newer version.
/// MUST NOT open the ring before all of it holds.
/// </remarks>
internal sealed partial class RootKeeper(
    RootStore store, IKeyEncryptionKey kek, IOrganizationKey organizationKey, RootMemory memory, TrustMemory trust, KeyRing ring, IOptions<ServiceOptions> options,
    TimeProvider time, ILogger<RootKeeper> logger)
{
    private const string Identity = "identity";
    private const string Adoption = "adoption";
    private const string Call = "call";

    /// <summary>Opens the ring, or refuses to start.</summary>
    /// <exception cref="StartupException">Ledger, keys and configuration do not belong together.</exception>
    /// <exception cref="KeyUnavailableException">A key is missing, foreign or out of reach.</exception>
    /// <exception cref="LedgerDamagedException">The root stream does not verify.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        var organization = Configured();
        await store.LoadAsync(cancellationToken); // (1)
        if (store.State.Created is null)
        {
            await CreateAsync(organization, cancellationToken); // (2)
        }

        var (keys, signing) = await UnsealAgreedAsync(cancellationToken);
        try
        {
            RequireGeneration(keys.Certificate.Generation); // (7)
            await trust.AgreeAsync(cancellationToken);
            await memory.RememberAsync(signing, keys.Certificate.Generation, cancellationToken);
            await RewrapAsync(keys, cancellationToken); // (8)
        }
        catch
        {
            keys.Dispose();
            throw;
        }

        ring.Open(keys);
        var trusted = keys.Certificate.OrganizationKey.Thumbprint;
        var code = OrganizationCode.Format(trusted);
        LogOpened(logger, organization, keys.IdentityThumbprint, trusted, keys.Certificate.Generation, code);
    }

    /// <summary>Steps (3) to (6) on a stream that is read and has a root; nothing is written. The caller disposes the keys.</summary>
    public async Task<ServiceKeys> UnsealAsync(CancellationToken cancellationToken) => (await UnsealAgreedAsync(cancellationToken)).Keys;

    [SuppressMessage("Reliability", "CA2000", Justification = "ServiceKeys takes the root key over; Unseal disposes it on failure.")]
    private async Task<(ServiceKeys Keys, SigningVersion Signing)> UnsealAgreedAsync(CancellationToken cancellationToken)
    {
        var organization = Configured();
        var created = store.State.Created ?? throw new InvalidOperationException("There is no root.");
        if (created.OrganizationId != organization.Value)
        {
            throw new StartupException(ExitCode.Disagreement,
                $"This ledger belongs to organization {created.OrganizationId}, and the service is configured for {organization}. Point Ledger:Path at the right ledger, or correct Service:OrganizationId.");
        }

        var wrapped = store.State.Wrapped!;
        var root = RootKey.Take(await kek.UnwrapAsync(new WrappedKey(wrapped.Blob.Memory, wrapped.KekId, wrapped.Algorithm), cancellationToken)); // (3)
        var keys = Unseal(organization, created, root); // (5)
        try
        {
            store.UseKey(keys.LedgerKey); // (4)
            return (keys, await AgreeAsync(keys, cancellationToken)); // (6)
        }
        catch
        {
            keys.Dispose();
            throw;
        }
    }

    private OrganizationId Configured() => OrganizationId.TryParse(options.Value.OrganizationId, out var id)
        ? id
        : throw new StartupException(ExitCode.Configuration, "Service:OrganizationId is no id.");

    private async Task CreateAsync(OrganizationId organization, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(options.Value.EnrolmentToken))
        {
            throw new StartupException(ExitCode.Disagreement,
                "The ledger has no root, and there is no enrolment token. For a first start, set Service:EnrolmentToken to the token of a fresh configuration. If this service ran before, its ledger is gone or Ledger:Path is wrong: restore it, do not start anew.");
        }

        var signing = await organizationKey.GetVersionAsync(mayCreate: true, cancellationToken);
        if (signing.RootGeneration >= (ulong)options.Value.IdentityGeneration)
        {
            await store.LoadAsync(cancellationToken);
            if (store.State.Created is not null)
            {
                return; // another first replica made it meanwhile
            }

            throw RootMemory.Lost(signing.RootGeneration);
        }

        await kek.GetCurrentIdAsync(mayCreate: true, cancellationToken);
        using var root = RootKey.Generate();
        using var identity = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var call = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var adoption = HpkePrivateKey.Generate(HpkeSuite.Hpke4);
        var wrapped = await kek.WrapAsync(root.Reveal(), cancellationToken);
        var certificate = await CertifyAsync(organization, signing, identity, adoption, cancellationToken);
        var record = new RootCreated
        {
            OrganizationId = organization.Value,
            Generation = (ulong)options.Value.IdentityGeneration,
            Root = ToRecord(wrapped),
            SealedIdentity = Seal(root, identity, Identity),
            SealedAdoption = Seal(root, adoption),
            SealedCall = Seal(root, call, Call),
            Certificate = certificate,
        };

        // Two first replicas race here: the loser drops its root and goes on with the winner's.
        using var key = LedgerKey.Derive(organization.Value, root.Reveal().Span);
        if (await store.TryBeginAsync(record, key, cancellationToken))
        {
            LogCreated(logger, organization.Value);
        }
    }

    private async Task<string> CertifyAsync(
        OrganizationId organization, SigningVersion signing, ECDsa identity, HpkePrivateKey adoption, CancellationToken cancellationToken)
    {
        var claims = new IdentityCertificate
        {
            Organization = organization,
            Generation = (ulong)options.Value.IdentityGeneration,
            Identity = SigningJwk.Of(identity),
            Adoption = adoption.ToJwk(),
            IssuedAt = time.GetUtcNow().ToUnixTimeSeconds(),
            OrganizationKey = signing.Public,
        };
        var input = claims.SigningInput();
        var signature = await organizationKey.SignAsync(signing, input, cancellationToken);
        return Jws.Assemble(input, signature);
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "ServiceKeys takes the keys over; on failure they are disposed here.")]
    private static ServiceKeys Unseal(OrganizationId organization, RootCreated created, RootKey root)
    {
        if (!IdentityCertificate.TryParse(created.Certificate, out var certificate, out var error))
        {
            root.Dispose();
            throw new StartupException(ExitCode.Disagreement, $"The identity certificate in the ledger does not parse: {error}. The ledger was changed; restore it.");
        }

        ECDsa? identity = null;
        ECDsa? call = null;
        try
        {
            identity = Open(root, created.SealedIdentity, Identity);
            call = Open(root, created.SealedCall, Call);
            var bytes = root.OpenOwn(created.SealedAdoption.Span, Adoption);
            try
            {
                return new ServiceKeys(organization, certificate, root, identity, call, HpkePrivateKey.Import(HpkeSuite.Hpke4, bytes));
            }
            finally
            {
                CryptographicOperations.ZeroMemory(bytes);
            }
        }
        catch (CryptographicException exception)
        {
            identity?.Dispose();
            call?.Dispose();
            root.Dispose();
            throw new StartupException(ExitCode.Disagreement, "The service's own keys in the ledger do not open under the root key. The ledger was changed; restore it.", exception);
        }
    }

    private async Task<SigningVersion> AgreeAsync(ServiceKeys keys, CancellationToken cancellationToken)
    {
        var signing = await organizationKey.GetVersionAsync(mayCreate: false, cancellationToken);
        var organizationPublic = signing.Public;
        if (!keys.Certificate.VerifiedUnder(organizationPublic.Thumbprint, keys.Organization))
        {
            throw new StartupException(ExitCode.Disagreement,
                $"The identity certificate in the ledger was not signed by the configured organization key ({organizationPublic.Thumbprint}). Configure the organization key that made this ledger; where it has a newer version by now, name the first one in Keys:OrganizationKeyVersion.");
        }

        if (!keys.ProvesIdentity())
        {
            throw new StartupException(ExitCode.Disagreement, "The identity certificate in the ledger names another identity than the ledger's own. The ledger was changed; restore it.");
        }

        return signing;
    }

    /// <summary>Whoever raised the generation gave the old identity up: it must not go on signing because its ledger was left in place.</summary>
    private void RequireGeneration(ulong generation)
    {
        if (generation < (ulong)options.Value.IdentityGeneration)
        {
            throw new StartupException(ExitCode.Disagreement,
                $"The identity in this ledger has generation {generation}, and Service:IdentityGeneration is {options.Value.IdentityGeneration}: the old identity would go on. A new one is made in an empty ledger only. If this ledger is given up for good, empty it first (runbook lose-and-restore, section 4); if not, set Service:IdentityGeneration back to {generation}.");
        }
    }

    /// <summary>Takes up a newer version of the KEK. Whatever keeps it from that, the service serves: the recorded version unwrapped a moment ago.</summary>
    private async Task RewrapAsync(ServiceKeys keys, CancellationToken cancellationToken)
    {
        try
        {
            await RewrapCoreAsync(keys, cancellationToken);
        }
        catch (Exception exception) when (exception is KeyUnavailableException or StartupException or LedgerUnavailableException)
        {
            LogNotRewrapped(logger, store.State.Wrapped!.KekId, exception.Message);
        }
    }

    private async Task RewrapCoreAsync(ServiceKeys keys, CancellationToken cancellationToken)
    {
        var newest = await kek.GetCurrentIdAsync(mayCreate: false, cancellationToken);
        var recorded = store.State.Wrapped!.KekId;
        if (newest == recorded)
        {
            return;
        }

        var wrapped = await kek.WrapAsync(keys.Root.Reveal(), cancellationToken);
        var back = await kek.UnwrapAsync(wrapped, cancellationToken);
        if (!TakeEqual(back, keys.Root))
        {
            throw new KeyUnavailableException($"{wrapped.KeyId} unwraps another key than it wrapped. Check the key vault; nothing was changed.");
        }

        // Whoever of two replicas comes second leaves the other's: it may be of a newer version than the one that was seen here.
        await store.UpdateAsync(state => state.Wrapped!.KekId == recorded ? new RootRecord { KekRotated = ToRecord(wrapped) } : null, cancellationToken);
        LogRewrapped(logger, store.State.Wrapped!.KekId);
    }

    private static bool TakeEqual(byte[] unwrapped, RootKey root)
    {
        var same = CryptographicOperations.FixedTimeEquals(unwrapped, root.Reveal().Span);
        CryptographicOperations.ZeroMemory(unwrapped);
        return same;
    }

    private static WrappedRoot ToRecord(WrappedKey wrapped)
        => new() { Blob = ByteString.CopyFrom(wrapped.Blob.Span), KekId = wrapped.KeyId, Algorithm = wrapped.Algorithm };

    private static ByteString Seal(RootKey root, ECDsa key, string name)
    {
        var bytes = key.ExportPkcs8PrivateKey();
        try
        {
            return ByteString.CopyFrom(root.SealOwn(bytes, name));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private static ByteString Seal(RootKey root, HpkePrivateKey key)
    {
        Span<byte> bytes = stackalloc byte[key.Suite.PrivateKeySize];
        try
        {
            key.Export(bytes);
            return ByteString.CopyFrom(root.SealOwn(bytes, Adoption));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private static ECDsa Open(RootKey root, ByteString blob, string name)
    {
        var bytes = root.OpenOwn(blob.Span, name);
        var key = ECDsa.Create();
        try
        {
            key.ImportPkcs8PrivateKey(bytes, out _);
            return key;
        }
        catch
        {
            key.Dispose();
            throw;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    [LoggerMessage(EventId = 610, Level = LogLevel.Information,
        Message = "Root unsealed. Organization {Organization}, identity {Identity} (generation {Generation}), organization key {OrganizationKey}. Organization code, which members trust: {Code}")]
    private static partial void LogOpened(ILogger logger, OrganizationId organization, Thumbprint identity, Thumbprint organizationKey, ulong generation, string code);

    [LoggerMessage(EventId = 611, Level = LogLevel.Warning, Message = "First start: made the root of organization {Organization}. Back up the ledger and the keys from now on")]
    private static partial void LogCreated(ILogger logger, string organization);

    [LoggerMessage(EventId = 612, Level = LogLevel.Warning, Message = "The root key is wrapped by {KekId} now. Older versions of the wrapping key may be disabled")]
    private static partial void LogRewrapped(ILogger logger, string kekId);

    [LoggerMessage(EventId = 613, Level = LogLevel.Warning, Message = "The root key stays wrapped by {KekId}, whose version must stay enabled: the newest version of the wrapping key cannot be taken up. {Message}")]
    private static partial void LogNotRewrapped(ILogger logger, string kekId, string message);
}

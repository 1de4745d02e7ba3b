using System.Text.Json.Serialization;

namespace EncryptionService.Service.Verification;

/// <summary>What <c>ledger verify --json</c> prints.</summary>
internal sealed record VerifyReport(
    bool Intact, int Streams, int Segments, long Frames, long Bytes, bool WithKeys, IReadOnlyList<string> IncompleteTails, IReadOnlyList<VerifyFault> Faults);

/// <summary>One fault.</summary>
internal sealed record VerifyFault(string Stream, int Segment, long? Position, long Offset, string Reason);

/// <summary>What <c>identity --json</c> prints.</summary>
internal sealed record IdentityReport(
    string Organization, string OrganizationKey, string OrganizationCode, string Identity, ulong Generation, string WrappingKey, string EnrolledWith);

/// <summary>Writes the reports.</summary>
[JsonSerializable(typeof(VerifyReport))]
[JsonSerializable(typeof(IdentityReport))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
internal sealed partial class ReportJson : JsonSerializerContext;

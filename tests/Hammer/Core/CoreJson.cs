using System.Text.Json.Serialization;

namespace EncryptionService.Hammer.Core;

/// <summary>Body of an enrolment (core.md, section 1).</summary>
internal sealed record EnrolmentBody(string Enrolment);

/// <summary>Body of a post (core.md, section 3).</summary>
internal sealed record PostBody(string Statement, ulong Epoch, ulong Generation, IReadOnlyList<PostedEnvelope> Envelopes);

/// <summary>One envelope of a post.</summary>
internal sealed record PostedEnvelope(string Member, string Kid, string Jwe);

/// <summary>Answer to an enrolment.</summary>
internal sealed record EnrolmentAnswer(string Core);

/// <summary>Answer to a post.</summary>
internal sealed record PostAnswer(int Stored, int Existing);

/// <summary>An error, as application/problem+json.</summary>
internal sealed record Problem(string Type, int Status, string Title, ulong? Expected);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(EnrolmentBody))]
[JsonSerializable(typeof(PostBody))]
[JsonSerializable(typeof(EnrolmentAnswer))]
[JsonSerializable(typeof(PostAnswer))]
[JsonSerializable(typeof(Problem))]
internal sealed partial class CoreJson : JsonSerializerContext;

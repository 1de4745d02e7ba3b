using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace EncryptionService.Provisioning.Database.Migrations.PostgreSql
{
    /// <inheritdoc />
    public partial class Replicas : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "Replicas",
                columns: table => new
                {
                    OrganizationId = table.Column<string>(type: "character varying(64)", nullable: false),
                    Identity = table.Column<string>(type: "character varying(43)", maxLength: 43, nullable: false),
                    Name = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    RevisionName = table.Column<string>(type: "text", nullable: false),
                    Version = table.Column<string>(type: "text", nullable: false),
                    EnrolledAt = table.Column<long>(type: "bigint", nullable: false),
                    LastContactAt = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Replicas", x => new { x.OrganizationId, x.Identity, x.Name });
                    table.ForeignKey(
                        name: "FK_Replicas_Organizations_OrganizationId",
                        column: x => x.OrganizationId,
                        principalTable: "Organizations",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "Replicas");
        }
    }
}
